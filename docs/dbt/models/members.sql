-- A copy of the store's member, which each run brings up to date from what changed since the run before.
{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='member_id',
    post_hook="{{ delete_removed('member', ['member_id']) }}",
) }}

select
    member_id, kind, company_id, place, occurred_at, status, evidence, duplicates, rules_version, version, batch
from {{ source('sambung', 'member') }}
{% if is_incremental() %}
where batch > (select coalesce(max(batch), -1) from {{ this }})
{% endif %}
