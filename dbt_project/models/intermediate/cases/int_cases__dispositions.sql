-- One row per case about which people have said how it stands.
select cast(null as string) as case_id, cast(null as string) as status, cast(null as string) as decided_by, cast(null as string) as reason, cast(null as timestamp) as decided_at
where false
