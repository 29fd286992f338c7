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

{#- The document a row is of: the body's own part of a file that binds documents of several. -#}
{% macro own_part(table='') -%}
    {%- set prefix = table ~ '.' if table else '' -%}
    coalesce({{ prefix }}part_id, {{ prefix }}document_id)
{%- endmacro %}

{#- The file of a part: a part's id is that of its file with a number behind it. -#}
{% macro file_of(column) -%}
    left({{ column }}, 16)
{%- endmacro %}
