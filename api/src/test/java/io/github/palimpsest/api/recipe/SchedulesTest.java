package io.github.palimpsest.api.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.PalimpsestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchedulesTest {
  private static final double PEAK = 0.4;
  private static final double END = 0.1;

  private static Schedules.Named parse(String text) {
    return Schedules.parse(RecipeText.parseValue(text));
  }

  @Test
  void aPlainNumberIsTheSameAtEveryStep() {
    Schedule s = parse("0.4");
    for (long t : new long[] {0, 1, 9, 10, 1_000_000}) {
      assertThat(s.at(t, 10)).as("step %d", t).isEqualTo(PEAK);
    }
    assertThat(s).isEqualTo(Schedule.constant(PEAK));
  }

  @Test
  void warmUpRisesLinearlyAndReachesThePeakAtItsLastStep() {
    for (String shape :
        new String[] {
          "constant(value=0.4, warmup=4)",
          "linear(peak=0.4, warmup=4, end=0.1)",
          "cosine(peak=0.4, warmup=4, end=0.1)"
        }) {
      Schedule s = parse(shape);
      for (int t = 0; t < 4; t++) {
        assertThat(s.at(t, 20)).as("%s at step %d", shape, t).isEqualTo(PEAK * (t + 1) / 4);
      }
      assertThat(s.at(4, 20)).as("%s right after the warm-up", shape).isEqualTo(PEAK);
    }
  }

  @Test
  void linearFollowsItsClosedForm() {
    Schedule s = parse("linear(peak=0.4, warmup=5, end=0.1)");
    for (int t = 5; t <= 25; t++) {
      double p = (t - 5) / 20.0;
      assertThat(s.at(t, 25)).as("step %d", t).isCloseTo(PEAK + (END - PEAK) * p, within(1e-15));
    }
  }

  @Test
  void cosineFollowsItsClosedForm() {
    Schedule s = parse("cosine(peak=0.4, warmup=5, end=0.1)");
    for (int t = 5; t <= 25; t++) {
      double p = (t - 5) / 20.0;
      double expected = END + (PEAK - END) * (1 + Math.cos(Math.PI * p)) / 2;
      assertThat(s.at(t, 25)).as("step %d", t).isCloseTo(expected, within(1e-15));
    }
    assertThat(s.at(15, 25)).as("half way").isCloseTo((PEAK + END) / 2, within(1e-15));
  }

  @ParameterizedTest
  @CsvSource({"0.1, 10, 1", "0.29, 100, 29", "0.07, 100, 7", "0.5, 3, 2", "0.03, 10, 0"})
  void aWarmUpBelowOneIsAShareRoundedToTheNearestStep(double share, int total, int steps) {
    Schedule byShare = new Schedules.Linear(PEAK, share, END);
    Schedule bySteps = new Schedules.Linear(PEAK, steps, END);
    for (int t = 0; t < total; t++) {
      assertThat(byShare.at(t, total)).as("step %d", t).isEqualTo(bySteps.at(t, total));
    }
  }

  @Test
  void beyondTheLastStepTheEndIsKept() {
    assertThat(parse("linear(peak=0.4, end=0.1)").at(15, 10)).isCloseTo(END, within(1e-15));
    assertThat(parse("cosine(peak=0.4, end=0.1)").at(15, 10)).isCloseTo(END, within(1e-15));
  }

  @Test
  void aWarmUpAsLongAsTheTaskOrLongerDividesNothingByZero() {
    for (String warmup : new String[] {"10", "100"}) {
      for (int t = 0; t < 10; t++) {
        assertThat(parse("cosine(peak=0.4, warmup=" + warmup + ")").at(t, 10))
            .as("warmup %s, step %d", warmup, t)
            .isEqualTo(PEAK * (t + 1) / Double.parseDouble(warmup));
      }
    }
    assertThat(parse("linear(peak=0.4)").at(0, 0)).as("a task without steps").isEqualTo(PEAK);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.4",
        "constant(value=0.4, warmup=3)",
        "linear(peak=0.4)",
        "linear(end=0.1, peak=0.4, warmup=0.25)",
        "cosine(end=0.1, peak=0.4, warmup=3)"
      })
  void theTextOfAScheduleReadsBackToIt(String text) {
    Schedules.Named s = parse(text);
    assertThat(s.toValue()).hasToString(text);
    assertThat(Schedules.parse(s.toValue())).isEqualTo(s);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "true;                          true is not a schedule",
        "cosin(peak=1);                 unknown schedule 'cosin'; did you mean 'cosine'?",
        "cosine;                        schedule cosine needs peak=",
        "constant(peak=1);              unknown argument 'peak' of constant",
        "linear(peak=1, warmpu=1);      unknown argument 'warmpu' of linear; did you mean 'warmup'?",
        "linear(peak=x);                argument peak=x of schedule linear must be a number",
        "linear(peak=1, warmup=-1);     warmup=-1.0 must be a whole number of steps",
        "linear(peak=1, warmup=1.5);    warmup=1.5 must be a whole number of steps",
      })
  void aBadScheduleIsRefusedByName(String text, String message) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void numbersThatAreNotFiniteAreRefused() {
    assertThatThrownBy(() -> Schedule.constant(Double.NaN)).isInstanceOf(PalimpsestException.class);
    assertThatThrownBy(() -> new Schedules.Cosine(1, Double.NaN, 0))
        .isInstanceOf(PalimpsestException.class);
    assertThatThrownBy(() -> new Schedules.Linear(1, 0, Double.POSITIVE_INFINITY))
        .isInstanceOf(PalimpsestException.class);
  }
}
