# car 3.1-1 (R 4.2.2): Brant's test as car prints it, and with the off-diagonal blocks of the covariance transposed (ordinal.brant.transposed).
# The rows come from tests/models/test_ordinal.py::test_brants_test_is_that_of_r_with_its_blocks_transposed. Run: Rscript po_test.R rows.csv
library(MASS)
library(car)
rows <- read.csv(commandArgs(trailingOnly = TRUE)[1])
rows$y <- ordered(rows$y)
fit <- polr(y ~ x1 + x2, data = rows, Hess = TRUE)
print(poTest(fit)$chisq, digits = 8)
text <- paste(deparse(car:::poTest.polr), collapse = "\n")
text <- gsub("vcov\\[subs.j, subs.el\\] <- vcov\\[subs.el, subs.j\\] <- V\\[-1,\\s+-1\\]",
             "vcov[subs.j, subs.el] <- V[-1, -1]; vcov[subs.el, subs.j] <- t(V[-1, -1])", text, perl = TRUE)
mended <- eval(parse(text = text))
environment(mended) <- environment(car:::poTest.polr)
print(mended(fit)$chisq, digits = 8)
