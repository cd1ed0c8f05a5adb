-- The joins to rates and code lists neither drop nor double a line.
select
    staged.partner,
    staged.feed,
    staged.lines,
    marts.lines as lines_in_mart
from (
    select partner, feed, count(*) as lines from {{ ref('int_enforcement__declarations') }} group by partner, feed
) as staged
left join (
    select partner, feed, count(*) as lines from {{ ref('fct_declarations') }} group by partner, feed
) as marts on staged.partner = marts.partner and staged.feed = marts.feed
where coalesce(marts.lines, 0) <> staged.lines
