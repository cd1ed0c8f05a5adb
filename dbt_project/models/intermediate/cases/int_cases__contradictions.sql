-- One row per case and contradiction between two of its records: what one agency says and another does not.
{%- set kinds = [
    ('licensed_here_denied_there', "one.outcome = 'granted' and other.outcome = 'refused'",
     "'licensed by ' || one.authority || ' (' || one.record_ref || '), denied by ' || other.authority || ' (' || other.record_ref || ')'"),
    ('denied_here_exported_there', "one.outcome = 'refused' and other.outcome = 'declared_unlicensed'",
     "'denied by ' || one.authority || ' (' || one.record_ref || '), declared for export as needing no licence (' || other.record_ref || ')'"),
    ('licensed_here_listed_there', "one.outcome = 'granted' and other.outcome = 'listed'",
     "'licensed by ' || one.authority || ' (' || one.record_ref || '), listed by ' || other.authority || ' (' || other.record_ref || ')'"),
    ('destination_declared_and_seen', "one.role = 'application' and other.role in ('declaration', 'seizure')
        and one.destination_code <> other.destination_code",
     "'applied for to ' || one.destination_code || ' (' || one.record_ref || '), seen bound for ' || other.destination_code || ' (' || other.record_ref || ')'"),
] %}
with records as (

    select
        records.*,
        partners.short_name as authority
    from {{ ref('int_cases__records') }} as records
    inner join {{ ref('partners') }} as partners on records.partner = partners.code

),

contradictions as (

    {% for kind, condition, text in kinds %}
    select
        one.case_id,
        '{{ kind }}' as kind,
        {{ text }} as contradiction,
        one.partner,
        one.feed,
        one.record_ref,
        other.partner as other_partner,
        other.feed as other_feed,
        other.record_ref as other_record_ref
    from records as one
    inner join records as other
        on one.case_id = other.case_id and one.partner <> other.partner and {{ condition }}
    {{ "union all" if not loop.last }}
    {% endfor %}

)

select * from contradictions
