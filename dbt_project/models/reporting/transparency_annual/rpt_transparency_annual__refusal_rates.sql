-- The same refusals over three denominators, since other offices divide by each of them. Null: an outcome that the denominator counts is
-- not published.
with totals as (

    select outcomes.*, periods.period_number
    from {{ ref('rpt_transparency_annual__decisions_by_type_and_outcome') }} as outcomes
    inner join {{ ref('rpt_catalogue__available_periods') }} as periods
        on
            periods.report = 'transparency_annual'
            and outcomes.period = periods.period
            and outcomes.partner = periods.partner
    where outcomes.is_total and outcomes.refused is not null

),

variants as (

    select
        period,
        period_number,
        partner,
        'A' as variant,
        'All applications processed' as denominator,
        refused,
        case when nlr is not null and withdrawn is not null then processed end as base,
        1 as sort_order
    from totals

    union all

    select
        period,
        period_number,
        partner,
        'B' as variant,
        'Granted and refused' as denominator,
        refused,
        granted + refused as base,
        2 as sort_order
    from totals

    union all

    select
        period,
        period_number,
        partner,
        'C' as variant,
        'Granted, refused and revoked' as denominator,
        refused,
        granted + refused + revoked as base,
        3 as sort_order
    from totals

)

select
    variants.period,
    variants.partner,
    variants.variant,
    variants.denominator,
    variants.refused,
    variants.base,
    {{ share('variants.refused', 'variants.base') }} as refusal_share,
    {{ share('earlier.refused', 'earlier.base') }} as refusal_share_previous_year,
    {{ change_of("'share'", share('variants.refused', 'variants.base'), share('earlier.refused', 'earlier.base')) }} as change_on_year,
    variants.sort_order
from variants
left join variants as earlier
    on
        variants.partner = earlier.partner
        and variants.variant = earlier.variant
        and variants.period_number = earlier.period_number + 1
order by variants.period, variants.partner, variants.sort_order
