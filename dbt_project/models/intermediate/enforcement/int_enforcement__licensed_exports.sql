-- One row per write-off at the border, beside the licence line on which it was made. A write-off that names no line belongs to the line of a
-- licence that has but one. Its quantity is in the unit of the declared item; it is put into that of the licence where both measure the same
-- thing (units of one base), and otherwise stands for nothing but a use.
with lines as (

    select
        *,
        row_number() over (partition by licence_ref, line_no order by partner, feed, record_ref) as copy_no,
        count(*) over (partition by licence_ref) as lines_of_licence
    from {{ ref('fct_licence_lines') }}
    where outcome = 'granted' and licence_ref is not null

),

declared as (

    select
        partner,
        declaration_ref,
        item_no,
        min(unit_code) as unit_code,
        min(destination_code) as destination_code,
        min(coalesce(exporter_ref, exporter_name)) as exporter
    from {{ ref('fct_declarations') }}
    group by partner, declaration_ref, item_no

),

units as (

    select code, base_unit, cast(factor as double) as factor from {{ ref('units') }}

)

select
    usages.partner,
    usages.feed,
    usages.record_ref,
    usages.submission_id,
    usages.source_row_number,
    usages.marking,
    usages.usage_ref,
    usages.licence_ref,
    lines.partner as licensing_partner,
    lines.line_no,
    lines.licence_type,
    lines.rating,
    coalesce(lines.destination_code, declared.destination_code, 'XX') as destination_code,
    declared.destination_code as declared_destination_code,
    declared.exporter,
    usages.declaration_ref,
    usages.item_no,
    usages.used_on,
    usages.is_reversal,
    usages.quantity,
    declared.unit_code,
    case
        when lines.licence_ref is null then 'no_line'
        when lines.quantity is null then 'no_quantity'
        when usages.quantity is null or written.base_unit is null or licensed.base_unit is null then 'unit_unknown'
        when written.base_unit <> licensed.base_unit then 'unit_mismatch'
        else 'measured'
    end as basis,
    case
        when written.base_unit = licensed.base_unit and lines.quantity is not null
            then cast(round(cast(usages.quantity as double) * written.factor / licensed.factor, 3) as decimal(18, 3))
    end as quantity_as_licensed,
    usages.value_eur
from {{ ref('fct_licence_usages') }} as usages
left join lines
    on
        usages.licence_ref = lines.licence_ref
        and (usages.line_no = lines.line_no or (usages.line_no is null and lines.lines_of_licence = 1))
        and lines.copy_no = 1
left join declared
    on
        usages.partner = declared.partner
        and usages.declaration_ref = declared.declaration_ref
        and usages.item_no = declared.item_no
left join units as written on declared.unit_code = written.code
left join units as licensed on lines.unit_code = licensed.code
