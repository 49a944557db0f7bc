# What plm 2.6-2 (R 4.2.2) prints for random effects on an unbalanced panel: the lines panel.grunfeld.unbalanced.* of ledger.csv.
# Grunfeld's ten firms without some years of firms 3 to 10. Run: Rscript random_effects.R
library(plm)
data("Grunfeld")
rows <- Grunfeld[!((Grunfeld$firm * 7 + Grunfeld$year * 3) %% 11 < 4 & Grunfeld$firm > 2), ]
random <- plm(inv ~ value + capital, data = rows, index = c("firm", "year"), model = "random", random.method = "swar")
within <- plm(inv ~ value + capital, data = rows, index = c("firm", "year"), model = "within")
print(summary(random)$coefficients, digits = 10)
print(ercomp(random)$sigma2, digits = 12)
print(phtest(within, random)$statistic, digits = 10)
print(phtest(within, random)$p.value, digits = 10)
