-- One row per goods line x destination of an application or licence, of all licensing partners, in their own codes and words.
-- A partner that gives destinations in ISO codes has them in `destination_iso`; the words of the others are read in
-- int_licensing__destinations, and their control codes in int_licensing__ratings.
with trade_ministry as (

    select
        goods.partner,
        goods.feed,
        goods.record_ref,
        goods.submission_id,
        goods.source_row_number,
        goods.marking,
        goods.application_ref,
        cast(goods.line_no as integer) as line_no,
        standing.licence_ref,
        types.licence_type,
        applications.licence_type as licence_type_code,
        standing.decided_on,
        coalesce(standing.outcome, 'pending') as outcome,
        standing.outcome_code,
        cast(null as string) as control_list,
        goods.control_code as rating_code,
        goods.description as goods_description,
        applications.end_use_code as end_use,
        applications.destination_country as destination_text,
        applications.destination_country as destination_iso,
        goods.quantity,
        goods.unit as unit_code,
        goods.value,
        goods.currency,
        standing.expires_on
    from {{ ref('stg_trade_ministry__goods_lines') }} as goods
    left join {{ ref('stg_trade_ministry__applications') }} as applications
        on goods.application_ref = applications.application_ref
    left join {{ ref('licence_types_trade_ministry') }} as types on applications.licence_type = types.code
    left join {{ ref('int_licensing__first_outcomes') }} as standing
        on goods.application_ref = standing.application_ref

),

allied_authority as (

    select
        decisions.partner,
        decisions.feed,
        decisions.record_ref,
        decisions.submission_id,
        decisions.source_row_number,
        decisions.marking,
        decisions.dossier_ref as application_ref,
        cast(decisions.line_no as integer) as line_no,
        decisions.licence_ref,
        types.licence_type,
        decisions.licence_type as licence_type_code,
        decisions.decided_on,
        outcomes.outcome,
        decisions.decision as outcome_code,
        'BELMARK' as control_list,
        decisions.control_code as rating_code,
        decisions.goods_description,
        cast(null as string) as end_use,
        decisions.destination_country as destination_text,
        cast(null as string) as destination_iso,
        decisions.quantity,
        units.unit_code,
        decisions.value,
        decisions.currency,
        cast(null as date) as expires_on
    from {{ ref('stg_allied_licensing_authority__decisions') }} as decisions
    left join {{ ref('licence_types_allied') }} as types on decisions.licence_type = types.code
    left join {{ ref('decisions_allied') }} as outcomes on decisions.decision = outcomes.code
    left join {{ ref('units_allied') }} as units on decisions.unit = units.code

),

united_kingdom as (

    select
        partner,
        feed,
        record_ref,
        submission_id,
        source_row_number,
        marking,
        licence_group as application_ref,
        cast(row_number() over (partition by licence_group order by source_row_number) as integer) as line_no,
        case when not is_refused then licence_group end as licence_ref,
        cast(null as string) as licence_type,
        cast(null as string) as licence_type_code,
        decided_on,
        case when is_refused then 'refused' else 'granted' end as outcome,
        case when is_refused then '1' else '0' end as outcome_code,
        cast(null as string) as control_list,
        rating_code,
        cast(null as string) as goods_description,
        cast(null as string) as end_use,
        destination_country as destination_text,
        cast(null as string) as destination_iso,
        cast(null as decimal(18, 3)) as quantity,
        cast(null as string) as unit_code,
        value,
        case when value is not null then 'GBP' end as currency,
        cast(null as date) as expires_on
    from {{ ref('stg_uk_export_control__licence_decisions') }}

),

netherlands as (

    select
        partner,
        feed,
        record_ref,
        submission_id,
        source_row_number,
        marking,
        licence_ref as application_ref,
        cast(row_number() over (partition by licence_ref order by source_row_number) as integer) as line_no,
        licence_ref,
        case when export_kind = 'T' then 'TEMPORARY' end as licence_type,
        export_kind as licence_type_code,
        issued_on as decided_on,
        'granted' as outcome,
        cast(null as string) as outcome_code,
        cast(null as string) as control_list,
        rating_code,
        goods_description,
        end_use,
        destination_country as destination_text,
        cast(null as string) as destination_iso,
        cast(null as decimal(18, 3)) as quantity,
        cast(null as string) as unit_code,
        cast(value as decimal(18, 2)) as value,
        'EUR' as currency,
        expires_on
    from {{ ref('stg_nl_foreign_affairs__dual_use_licences') }}

),

lines as (

    select * from trade_ministry
    union all
    select * from allied_authority
    union all
    select * from united_kingdom
    union all
    select * from netherlands

)

select
    partner,
    feed,
    record_ref,
    submission_id,
    source_row_number,
    marking,
    application_ref,
    line_no,
    licence_ref,
    coalesce(licence_type, 'UNKNOWN') as licence_type,
    licence_type_code,
    decided_on,
    outcome,
    outcome_code,
    control_list,
    rating_code,
    goods_description,
    end_use,
    destination_text,
    destination_iso,
    quantity,
    unit_code,
    value,
    currency,
    expires_on
from lines
