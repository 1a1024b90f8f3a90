{% macro delete_removed(table, key) -%}
{#- A copied row is gone when its key was removed in a later batch than the one that the row is of. -#}
delete from {{ this }} as copied
using {{ source('sambung', 'removed') }} as gone
where gone."table" = '{{ table }}'
  and gone.key::jsonb = jsonb_build_array({% for name in key %}copied.{{ name }}{{ ", " if not loop.last }}{% endfor %})
  and gone.batch > copied.batch
{%- endmacro %}
