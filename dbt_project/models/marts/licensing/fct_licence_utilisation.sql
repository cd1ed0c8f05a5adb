-- The sums keep the sign of the write-offs, so that adjustments and contra entries are netted. A use after the licence had ended counts, too:
-- it is what was exported under it. A licence has ended when its last day lies before the newest day of which the records of exports speak
-- (no clock is asked): until then more of it may still be used.
with lines as (

    select
        *,
        row_number() over (partition by licence_ref, line_no order by partner, feed, record_ref) as copy_no
    from {{ ref('fct_licence_lines') }}
    where outcome = 'granted' and licence_ref is not null

),

revocations as (

    select partner, licence_ref, min(decided_on) as revoked_on
    from {{ ref('fct_decisions') }}
    where outcome = 'revoked'
    group by partner, licence_ref

),

exports as (

    select * from {{ ref('fct_licensed_exports') }}

),

used as (

    select
        licensing_partner,
        licence_ref,
        line_no,
        count(*) as write_offs,
        count(distinct declaration_ref) as declarations,
        count(distinct exporter) as users,
        sum(quantity_as_licensed) as used_quantity,
        sum(value_eur) as used_eur,
        sum(case when basis = 'unit_unknown' then 1 else 0 end) as of_unknown_unit,
        sum(case when basis = 'unit_mismatch' then 1 else 0 end) as of_other_unit,
        min(used_on) as first_used_on,
        max(used_on) as last_used_on
    from exports
    where licensing_partner is not null
    group by licensing_partner, licence_ref, line_no

),

-- Write-offs that name no line of a licence with several lines, or one that it does not have.
unplaced as (

    select licence_ref, count(*) as write_offs
    from exports
    where licensing_partner is null
    group by licence_ref

),

known as (

    select max(told.known_on) as known_until_on
    from (
        select used_on as known_on from exports
        union all
        select declared_on as known_on from {{ ref('fct_declarations') }}
        where direction = 'export'
    ) as told

),

measured as (

    select
        lines.*,
        known.known_until_on,
        revocations.revoked_on,
        case
            when revocations.revoked_on < coalesce(lines.expires_on, date '9999-12-31') then revocations.revoked_on
            else lines.expires_on
        end as ended_on,
        coalesce(used.write_offs, 0) as write_offs,
        coalesce(used.declarations, 0) as declarations,
        coalesce(used.users, 0) as users,
        used.first_used_on,
        used.last_used_on,
        case
            when lines.quantity is null and lines.value is null then 'open'
            when lines.quantity is null then 'no_quantity'
            when unplaced.write_offs > 0 then 'line_not_named'
            when used.of_unknown_unit > 0 then 'unit_unknown'
            when used.of_other_unit > 0 then 'unit_mismatch'
            else 'measured'
        end as basis,
        coalesce(used.used_quantity, 0) as used_quantity,
        coalesce(used.used_eur, 0) as used_eur
    from lines
    left join revocations on lines.partner = revocations.partner and lines.licence_ref = revocations.licence_ref
    left join used
        on
            lines.partner = used.licensing_partner
            and lines.licence_ref = used.licence_ref
            and lines.line_no = used.line_no
            and lines.copy_no = 1
    left join unplaced on lines.licence_ref = unplaced.licence_ref
    cross join known

)

select
    partner,
    feed,
    record_ref,
    submission_id,
    source_row_number,
    marking,
    application_ref,
    licence_ref,
    line_no,
    licence_type,
    rating,
    destination_code,
    decided_on,
    expires_on,
    revoked_on,
    ended_on,
    coalesce(ended_on < known_until_on, false) as has_ended,
    basis,
    quantity as authorised_quantity,
    unit_code,
    value_eur as authorised_eur,
    cast(write_offs as integer) as write_offs,
    cast(declarations as integer) as declarations,
    cast(users as integer) as users,
    first_used_on,
    last_used_on,
    case when basis = 'measured' then cast(used_quantity as decimal(18, 3)) end as used_quantity,
    case when basis <> 'open' then {{ money('used_eur') }} end as used_eur,
    case when basis = 'measured' then used_quantity > quantity end as is_over_quantity,
    case when basis <> 'open' then used_eur > value_eur end as is_over_value
from measured
