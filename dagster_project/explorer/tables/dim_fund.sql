-- Grain: one row per fund.

select
    fund,
    fund_name,
from marts.dim_fund
