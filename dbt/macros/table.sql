{#-
  A table of a build, which is a file begun anew and published whole or not at all. dbt's own way, a
  table under another name that takes the place of the old one within a transaction, guards a file
  that others read meanwhile; here it would only take half of the seconds of a small table.
-#}
{% materialization table, adapter='duckdb' %}
    {%- set table = this.incorporate(type='table') -%}
    {{ drop_relation_if_exists(load_cached_relation(this)) }}
    {% call statement('main') -%}
        {{ create_table_as(False, table, compiled_code) }}
    {%- endcall %}
    {% do persist_docs(table, model) %}
    {{ return({'relations': [table]}) }}
{% endmaterialization %}
