package io.github.palimpsest.ewc;

import static io.github.palimpsest.ewc.Classifier.MODEL;
import static io.github.palimpsest.ewc.Classifier.PRETRAINED;
import static io.github.palimpsest.ewc.Classifier.loop;
import static io.github.palimpsest.ewc.Classifier.momentum;
import static io.github.palimpsest.ewc.Classifier.run;
import static io.github.palimpsest.ewc.Classifier.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.StepListener;
import io.github.palimpsest.engine.TaskLoop;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.testing.Shift;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** EWC on the weights that the model sees through an adapter. */
@Tag("native")
class EwcSpaceTest {
  private static Spy ewc(String space, String mode, String fisher) {
    return new Spy(
        Sequence.regularizer(
            Ewc.PROVIDER, Map.of("lambda", 5, "space", space, "mode", mode, "fisher", fisher)));
  }

  @ParameterizedTest
  @CsvSource({
    "online, empirical",
    "online, sampled",
    "separate, empirical",
    "separate, batch-mean"
  })
  void under_an_adapter_that_trains_everything_it_is_ewc_on_the_model(String mode, String fisher) {
    Map<String, float[]> model =
        run(loop(Seats.of(momentum(0.05f)).with("0-ewc", ewc("trainable", mode, fisher)), null));
    Map<String, float[]> adapted =
        run(
            loop(
                Seats.of(momentum(0.05f))
                    .with("0-ewc", ewc("effective", mode, fisher))
                    .with(new Shift(true, 0)),
                null));
    model.forEach(
        (name, w) -> assertThat(adapted.get(name)).as(name).containsExactly(w, within(2e-5f)));
  }

  @Test
  void fisher_and_anchor_have_the_shapes_of_the_adapted_kernels() {
    Spy ewc = ewc("effective", "online", "empirical");
    TaskLoop loop =
        loop(Seats.of(momentum(0.05f)).with("0-ewc", ewc).with(new Shift(true, 2)), null);
    loop.train(StepListener.NONE);
    loop.train(StepListener.NONE);
    for (String memory : List.of("fisher", "anchor")) {
      WeightSnapshot kept = ewc.remembered(memory);
      assertThat(kept.names()).as(memory).containsExactly("fc1.weight", "fc2.weight");
      assertThat(kept.shape("fc1.weight")).isEqualTo(PRETRAINED.shape("fc1.weight"));
    }
    assertThat(ewc.remembered("fisher").copy("fc1.weight"))
        .as("fisher")
        .isNotEqualTo(new float[24]);
  }

  /** The first step after a task starts at the anchor, where the penalty has no gradient at all. */
  @Test
  void at_the_anchor_the_penalty_is_exactly_zero_also_through_factors() {
    WeightSnapshot[] ends = new WeightSnapshot[2];
    for (int i = 0; i < 2; i++) {
      Seats plain = Seats.of(momentum(0.05f)).with(new Shift(true, 2));
      TaskLoop loop =
          new TaskLoop(
              MODEL,
              PRETRAINED,
              i == 0 ? plain : plain.with("0-ewc", ewc("effective", "online", "empirical")),
              new Training(1, 1, 12, 1, 0),
              7,
              List.of(task(0), task(1)),
              Device.CPU,
              null);
      loop.train(StepListener.NONE);
      loop.train(StepListener.NONE);
      ends[i] = loop.weights();
    }
    for (String name : ends[0].names()) {
      assertThat(ends[1].copy(name)).as(name).containsExactly(ends[0].copy(name));
    }
  }

  @Test
  void it_goes_on_from_its_checkpoint_with_the_same_bits(@TempDir Path folder) {
    Seats first =
        Seats.of(momentum(0.05f))
            .with("0-ewc", ewc("effective", "separate", "batch-mean"))
            .with(new Shift(false, 2));
    TaskLoop broken = loop(first, folder);
    broken.train(StepListener.NONE);
    TreeMap<String, float[]> resumed = run(loop(first, folder));
    run(loop(first, null))
        .forEach((name, w) -> assertThat(resumed.get(name)).as(name).containsExactly(w));
  }
}
