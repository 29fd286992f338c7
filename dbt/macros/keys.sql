{#- A key derived from content: the same in every run, whatever the order of the rows. -#}
{% macro content_key(columns) -%}
    {%- set parts = [] -%}
    {%- for column in columns -%}
        {%- do parts.append("coalesce(cast(" ~ column ~ " as varchar), '')") -%}
    {%- endfor -%}
    left(md5(concat_ws('|', {{ parts | join(', ') }})), 16)
{%- endmacro %}

{#- A department's name without what prints of one name differ in: spaces, widths of brackets. -#}
{% macro normalised_name(name) -%}
    regexp_replace(translate({{ name }}, '()〔〕', '（）（）'), '\s', '', 'g')
{%- endmacro %}
