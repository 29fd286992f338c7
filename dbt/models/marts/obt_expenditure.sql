-- Grain: one row per additive expenditure amount and classification, all names joined in.
-- Key: (classified_by, line_id). The same money stands here once by function and once by economic
-- code: filter exactly one classified_by, fund, spending_kind and phase before adding up.

with amounts as (
    select
        'function' as classified_by,
        * exclude (function_code, amount_yuan),
        function_code,
        'all' as economic_code,
        amount_yuan,
    from {{ ref('fct_expenditure_by_function') }}
    union all
    select
        'economic' as classified_by,
        * exclude (economic_code, amount_yuan),
        'all' as function_code,
        economic_code,
        amount_yuan,
    from {{ ref('fct_expenditure_by_economic') }}
    union all
    select
        'function_and_economic' as classified_by,
        * exclude (function_code, economic_code, amount_yuan),
        function_code,
        economic_code,
        amount_yuan,
    from {{ ref('fct_expenditure_by_function_and_economic') }}
)

select
    amounts.classified_by,
    amounts.line_id,
    amounts.document_id,
    documents.file_path,
    documents.document_kind,
    amounts.department_id,
    departments.department_name,
    departments.region_code,
    departments.region_name,
    departments.province_name,
    departments.city_name,
    departments.county_name,
    amounts.reporting_scope,
    amounts.fiscal_year,
    amounts.phase,
    amounts.form,
    forms.form_name,
    amounts.fund,
    funds.fund_name,
    amounts.spending_kind,
    amounts.function_code,
    functions.function_name,
    functions.class_code as function_class_code,
    functions.class_name as function_class_name,
    functions.group_code as function_group_code,
    functions.group_name as function_group_name,
    amounts.economic_code,
    economics.economic_name,
    economics.class_code as economic_class_code,
    economics.class_name as economic_class_name,
    amounts.amount_yuan,
    lines.is_repaired,
    lines.page,
from amounts
inner join {{ ref('int_lines_repaired') }} as lines on amounts.line_id = lines.line_id
inner join {{ ref('int_documents') }} as documents on lines.document_id = documents.document_id
left join {{ ref('dim_department') }} as departments
    on amounts.department_id = departments.department_id
left join {{ ref('dim_form') }} as forms on amounts.form = forms.form
left join {{ ref('dim_fund') }} as funds on amounts.fund = funds.fund
left join {{ ref('dim_function') }} as functions on amounts.function_code = functions.function_code
left join {{ ref('dim_economic') }} as economics on amounts.economic_code = economics.economic_code
