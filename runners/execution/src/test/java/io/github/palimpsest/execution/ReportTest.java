package io.github.palimpsest.execution;

import static io.github.palimpsest.execution.ToyRun.plan;
import static io.github.palimpsest.execution.ToyRun.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.results.text.ReportText;
import io.github.palimpsest.results.text.Results;
import io.github.palimpsest.results.text.Sample;
import java.nio.file.Path;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Results in short. */
@Tag("native")
class ReportTest {
  @TempDir Path temp;

  @Test
  void a_report_averages_over_seeds_and_says_how_many() {
    Path out = temp.resolve("out");
    Plan plan = plan("{optimizer: [sgd, sgd(lr=1e38)], merger: [none, wise-ft]}");
    run(plan, out, RunListener.NONE);
    Results report = Results.of(out);
    assertThat(report.rows())
        .extracting(Results.Row::label)
        .as("with the learning rate, since another recipe has another one")
        .containsExactly("sgd(lr=0.1)", "sgd(lr=0.1) | wise-ft");
    assertThat(report.failed()).hasSize(2);
    String text = ReportText.of(report);
    assertThat(text)
        .contains("one seed says nothing about the spread")
        .contains("failed: sgd(lr=1e38)")
        .contains("no finished cell has optimizer sgd(lr=1e38): in no comparison")
        .contains("drift of kept");
    assertThat(report.json().at("/recipes/0/metrics/lost/n").asInt()).isEqualTo(1);
    assertThatThrownBy(() -> Results.of(temp)).hasMessageContaining("is not an output folder");
  }

  @Test
  void a_sample_has_the_mean_and_the_deviation_with_one_degree_less() {
    Sample s = Sample.of(DoubleStream.of(1, 2, 6, Double.NaN));
    assertThat(s.n()).as("NaN is no value").isEqualTo(3);
    assertThat(s.mean()).isEqualTo((1 + 2 + 6) / 3.0);
    // squares of -2, -1, 3 over 2
    assertThat(s.deviation()).isEqualTo(Math.sqrt((4 + 1 + 9) / 2.0));
    assertThat(Sample.of(DoubleStream.of(5)).deviation()).as("one value has none").isNaN();
  }
}
