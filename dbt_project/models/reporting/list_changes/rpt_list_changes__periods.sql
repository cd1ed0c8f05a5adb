-- A quarter is reported when an edition of a list is dated in it that has an earlier one to be compared with.
with editions as (

    select distinct
        submissions.partner,
        submissions.feed,
        submissions.period,
        {{ period_last_day('submissions.period') }} as edition_on
    from {{ ref('fct_submissions') }} as submissions
    inner join {{ ref('fct_listing_versions') }} as versions
        on submissions.partner = versions.partner and submissions.feed = versions.feed
    where submissions.status = 'accepted' and submissions.period is not null

),

compared as (

    select
        *,
        row_number() over (partition by partner, feed order by edition_on, period) as edition_no
    from editions

)

select
    partner,
    cast({{ quarter_number('edition_on') }} as integer) as period_number,
    cast(count(*) as bigint) as records
from compared
where edition_no > 1
group by partner, {{ quarter_number('edition_on') }}
order by partner, period_number
