-- What was declared is compared with what was granted in their common base unit (2 t are 2,000 kg); units of different dimensions, and
-- sets and articles, are not compared at all. Quantities are net of contra and adjustment lines; values are compared in euro, each at the rate of its own day, which is why small
-- excesses are within the tolerance. A contra line takes back a write-off, but not what was declared: one declaration of more than the line
-- allows is a case whatever became of its write-off. A write-off that names no line is judged by the life of the licence alone.
with rules as (

    select * from {{ ref('int_cases__rules') }}
    where rule = 'export_beyond_licence' and is_active

),

licences as (

    select
        lines.partner,
        decisions.feed,
        decisions.record_ref,
        lines.licence_ref,
        lines.line_no,
        lines.rating,
        lines.quantity,
        lines.unit_code,
        units.base_unit,
        units.factor,
        lines.value_eur,
        decisions.expires_on,
        revocations.decided_on as revoked_on
    from {{ ref('fct_licence_lines') }} as lines
    inner join {{ ref('fct_decisions') }} as decisions
        on
            lines.partner = decisions.partner
            and lines.licence_ref = decisions.licence_ref
            and decisions.outcome = 'granted'
    left join {{ ref('units') }} as units on lines.unit_code = units.code
    left join {{ ref('fct_decisions') }} as revocations
        on
            lines.partner = revocations.partner
            and lines.licence_ref = revocations.licence_ref
            and revocations.outcome = 'revoked'
    where lines.outcome = 'granted'

),

usages as (

    select
        usages.*,
        declarations.quantity as declared_quantity,
        declarations.unit_code as declared_unit_code,
        units.base_unit as declared_base_unit,
        units.factor as declared_factor,
        declarations.record_ref as declared_ref,
        sum(usages.quantity) over (partition by usages.licence_ref, usages.line_no) as used_quantity,
        sum(usages.value_eur) over (partition by usages.licence_ref, usages.line_no) as used_eur
    from {{ ref('fct_licence_usages') }} as usages
    left join {{ ref('fct_declarations') }} as declarations
        on
            usages.partner = declarations.partner
            and usages.declaration_ref = declarations.declaration_ref
            and usages.item_no = declarations.item_no
    left join {{ ref('units') }} as units on declarations.unit_code = units.code

),

judged as (

    select
        rules.rule,
        licences.partner as focus_partner,
        licences.feed as focus_feed,
        licences.record_ref as focus_record_ref,
        usages.partner,
        usages.feed,
        usages.record_ref,
        licences.rating,
        usages.used_on as opened_on,
        licences.licence_ref,
        case
            when usages.used_quantity * 100 > licences.quantity * (100 + rules.tolerance_percent)
                then
                    'On line ' || cast(licences.line_no as string) || ' of licence ' || licences.licence_ref || ' '
                    || cast(usages.used_quantity as string) || ' ' || coalesce(licences.unit_code, '') || ' were written off, and '
                    || cast(licences.quantity as string) || ' granted'
            when usages.used_eur * 100 > licences.value_eur * (100 + rules.tolerance_percent)
                then
                    'On line ' || cast(licences.line_no as string) || ' of licence ' || licences.licence_ref || ' goods worth EUR '
                    || cast(usages.used_eur as string) || ' were written off, and EUR ' || cast(licences.value_eur as string) || ' granted'
            when
                not usages.is_reversal and usages.declared_base_unit = licences.base_unit
                and {{ in_base_units('usages.declared_quantity', 'usages.declared_factor') }} * 100
                > {{ in_base_units('licences.quantity', 'licences.factor') }} * (100 + rules.tolerance_percent)
                then
                    cast(usages.declared_quantity as string) || ' ' || usages.declared_unit_code || ' were declared (' || usages.declared_ref
                    || ') under line ' || cast(licences.line_no as string) || ' of licence ' || licences.licence_ref || ', and '
                    || cast(licences.quantity as string)
                    || case when usages.declared_unit_code <> licences.unit_code then ' ' || licences.unit_code else '' end || ' granted'
            when not usages.is_reversal and usages.used_on > licences.expires_on
                then
                    'Goods left on ' || cast(usages.used_on as string) || ' under licence ' || licences.licence_ref || ', which had expired on '
                    || cast(licences.expires_on as string)
            when not usages.is_reversal and usages.used_on > licences.revoked_on
                then
                    'Goods left on ' || cast(usages.used_on as string) || ' under licence ' || licences.licence_ref || ', which had been revoked on '
                    || cast(licences.revoked_on as string)
        end as because
    from usages
    inner join rules on {{ is_one_of('usages.partner', 'rules.other_agencies') }}
    inner join licences
        on
            usages.licence_ref = licences.licence_ref
            and coalesce(usages.line_no, licences.line_no) = licences.line_no
            and {{ is_one_of('licences.partner', 'rules.focus_agencies') }}

)

select distinct
    rule,
    focus_partner,
    focus_feed,
    focus_record_ref,
    partner,
    feed,
    record_ref,
    cast(null as string) as party_id,
    rating,
    opened_on,
    because
from judged
where because is not null
