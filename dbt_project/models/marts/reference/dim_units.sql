-- Codes of UN/ECE Recommendation 20 are the house's own; partners' codes stand beside them in terms of these.
with units as (

    select * from {{ ref('units') }}

),

schemes as (

    select 'REC20' as scheme, code, code as unit_code from units

    union all

    select 'BELMARK' as scheme, code, unit_code from {{ ref('units_allied') }}

    union all

    select 'UK' as scheme, code, unit_code from {{ ref('units_uk') }}

)

select
    schemes.scheme,
    schemes.code,
    schemes.unit_code,
    units.name,
    units.dimension,
    units.base_unit as base_unit_code,
    cast(units.factor as decimal(18, 9)) as factor
from schemes
inner join units on schemes.unit_code = units.code
order by schemes.scheme, schemes.code
