{#- An account's name without what its wordings differ in: 支出 at its end, widths of brackets. -#}
{% macro account_name(name) -%}
    regexp_replace(replace(translate({{ name }}, '（）', '()'), '其它', '其他'), '支出$', '')
{%- endmacro %}
