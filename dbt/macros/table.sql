{#-
  A table of a build, which is a file begun anew: under its own name at once. dbt's own way, under
  another name that then takes the place of the old table, guards a table that others read meanwhile.
-#}
{% materialization table, adapter='duckdb' %}
    {%- set table = this.incorporate(type='table') -%}
    {{ drop_relation_if_exists(load_cached_relation(this)) }}
    {% call statement('main') -%}
        {{ create_table_as(False, table, compiled_code) }}
    {%- endcall %}
    {% do persist_docs(table, model) %}
    {{ adapter.commit() }}
    {{ return({'relations': [table]}) }}
{% endmaterialization %}
