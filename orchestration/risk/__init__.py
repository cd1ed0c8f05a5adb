"""Risk scores taken apart for people; the method itself is data_contracts/risk_method.yaml and dbt."""
