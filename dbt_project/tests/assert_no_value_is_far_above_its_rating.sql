-- A line in thousands where units were agreed stands far above the other lines of its rating. A warning at twenty times the median of at
-- least twenty lines: honest values are that large now and then, so that no single row is refused for it; a whole file is held.
{{ config(severity='warn') }}

with lines as (

    select partner, record_ref, rating, value_eur from {{ ref('fct_licence_lines') }} where value_eur > 0 and rating is not null

),

usual as (

    select partner, rating, percentile_disc(0.5) within group (order by value_eur) as median_eur
    from lines
    group by partner, rating
    having count(*) >= 20

)

select lines.partner, lines.record_ref, lines.rating, lines.value_eur, usual.median_eur
from lines
inner join usual on lines.partner = usual.partner and lines.rating = usual.rating
where lines.value_eur > 20 * usual.median_eur
