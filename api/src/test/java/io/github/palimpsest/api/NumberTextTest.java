package io.github.palimpsest.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.recipe.Value;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rule REC-03. */
class NumberTextTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0.0, 0",
    "5.0, 5",
    "-3, -3",
    "0.05, 0.05",
    "1e-3, 0.001",
    "1e-4, 1e-4",
    "0.00012, 1.2e-4",
    "-0.00012, -1.2e-4",
    "9999999, 9999999",
    "1e7, 1e7",
    "12345678, 1.2345678e7",
    "1234567.5, 1234567.5",
    "0.1, 0.1",
    "2.5e-10, 2.5e-10",
    "4.9e-324, 5e-324",
    "2e23, 2e23",
    "2.2250738585072014e-308, 2.2250738585072014e-308",
    "1.7976931348623157e308, 1.7976931348623157e308",
  })
  void aNumberHasOneText(double value, String text) {
    assertThat(new Value.Num(value)).as("text of %s", value).hasToString(text);
  }

  /** Java 17 prints 2.0E-3 as 0.0020 in places, and 2^-44 with 17 digits where 16 do. */
  @Test
  void noDecimalOfFewerDigitsReadsBackToTheSameNumber() {
    RandomGenerator rng = RandomGeneratorFactory.of("L64X128MixRandom").create(4);
    for (int i = 0; i < 20_000; i++) {
      double value =
          switch (i % 3) {
            case 0 -> Double.longBitsToDouble(rng.nextLong());
            case 1 -> Math.scalb(1.0, rng.nextInt(-1074, 1024));
            default -> rng.nextInt(1_000_000) * Math.pow(10, rng.nextInt(-20, 20));
          };
      if (!Double.isFinite(value) || value == 0) {
        continue;
      }
      String text = new Value.Num(value).toString();

      assertThat(Double.parseDouble(text)).as("read back from %s", text).isEqualTo(value);
      int digits = new BigDecimal(text).stripTrailingZeros().precision();
      if (digits > 1) {
        for (RoundingMode mode : List.of(RoundingMode.FLOOR, RoundingMode.CEILING)) {
          BigDecimal shorter = new BigDecimal(value).round(new MathContext(digits - 1, mode));
          assertThat(shorter.doubleValue())
              .as("%s has fewer digits than %s, and must read differently", shorter, text)
              .isNotEqualTo(value);
        }
      }
    }
  }
}
