with current_hs_concordances as (

    {{ current_rows(source('raw', 'reference_desk__hs_concordances'), ['edition_from', 'edition_to', 'code_from', 'code_to'], 'periodic') }}

)

select
    partner,
    feed,
    cast(edition_from as string) || '/' || code_from || '/' || cast(edition_to as string) || '/' || code_to as record_ref,
    submission_id,
    source_row_number,
    marking,
    edition_from,
    edition_to,
    code_from,
    code_to,
    authority
from current_hs_concordances
