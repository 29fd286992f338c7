-- Grain: one row per fund (资金来源). Key: fund.

select
    fund,
    fund_name,
from {{ ref('funds') }}
