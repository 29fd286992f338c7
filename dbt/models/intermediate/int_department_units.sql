-- Grain: one row per (document of a department, document of one of its units) of one year and kind.
-- A unit (单位) is the department's own (本级), under the department's name, one that the department's
-- document names: 部门预算单位构成, or one whose document is bound in the file of one department.
-- Documents of which two claim one place are left out.

with documents as (
    select *
    from {{ ref('int_documents') }}
    where department_id is not null and status = 'loaded'
    qualify count(*) over (
        partition by department_id, reporting_scope, document_kind, fiscal_year
    ) = 1
),

units as (
    select
        departments.document_id,
        units.document_id as unit_document_id,
        units.department_name_normalised as unit_name,
        departments.department_id = units.department_id as is_own_unit,
        {{ file_of('departments.document_id') }} = {{ file_of('units.document_id') }} as is_bound,
    from documents as departments
    inner join documents as units
        on
            departments.region_code is not distinct from units.region_code
            and departments.document_kind = units.document_kind
            and departments.fiscal_year = units.fiscal_year
    where departments.reporting_scope = 'department' and units.reporting_scope = 'unit'
),

named as (
    select distinct
        units.document_id,
        units.unit_document_id,
    from units
    inner join {{ ref('stg_table_cells') }} as texts
        on {{ file_of('units.document_id') }} = texts.document_id
    where
        not units.is_own_unit and not units.is_bound and length(units.unit_name) >= 4
        and contains(regexp_replace(texts.text, '\s', '', 'g'), units.unit_name)
),

-- A file that binds several departments does not say whose its units are.
bound as (
    select
        document_id,
        unit_document_id,
    from units
    where is_bound and not is_own_unit
    qualify count(*) over (partition by unit_document_id) = 1
)

select
    document_id,
    unit_document_id,
from units
where is_own_unit
union all
select
    document_id,
    unit_document_id,
from bound
union all
select
    document_id,
    unit_document_id,
from named
