{#-
  A function code (功能分类) has 3 digits for a class (类), 5 for a group (款), 7 for an item (项); an
  economic code (经济分类) has 3 for a class and 5 for a group. Anything else is no code.
-#}
{% macro code_level(code) -%}
    case
        when {{ code }} = 'all' then 'all'
        when regexp_full_match({{ code }}, '[0-9]{3}') then 'class'
        when regexp_full_match({{ code }}, '[0-9]{5}') then 'group'
        when regexp_full_match({{ code }}, '[0-9]{7}') then 'item'
    end
{%- endmacro %}

{% macro class_code(code) -%}
    case when regexp_full_match({{ code }}, '[0-9]{3}|[0-9]{5}|[0-9]{7}') then left({{ code }}, 3) end
{%- endmacro %}

{% macro group_code(code) -%}
    case when regexp_full_match({{ code }}, '[0-9]{5}|[0-9]{7}') then left({{ code }}, 5) end
{%- endmacro %}
