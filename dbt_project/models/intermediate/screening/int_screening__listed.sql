-- One row per version of what is screened against: entries of sanctions lists and parties of denial notices.
{{ config(materialized='table') }}
select * from {{ ref('int_screening__listed_versions') }}

union all

select * from {{ ref('int_screening__denied_parties') }}
