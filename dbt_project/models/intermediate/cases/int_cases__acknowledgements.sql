-- One row per case and agency that has acknowledged it.
select cast(null as string) as case_id, cast(null as string) as agency, cast(null as timestamp) as acknowledged_at, cast(null as string) as acknowledged_by, cast(null as string) as note
where false
