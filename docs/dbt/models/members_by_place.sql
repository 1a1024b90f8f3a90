-- Active members of each sub-district.
select place, kind, count(*) as members, min(occurred_at) as first_at, max(occurred_at) as last_at
from {{ ref('members') }}
where status = 'active'
group by place, kind
