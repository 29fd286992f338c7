{#- Fails with every equation of the model that does not balance; tests/macros test its macro. -#}
{% test balanced(model) %}
    {{ unbalanced(model) }}
{% endtest %}
