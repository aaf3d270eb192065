package io.github.palimpsest.execution.pairs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.api.model.Activation;
import io.github.palimpsest.api.model.AttentionSpec;
import io.github.palimpsest.api.model.DecoderSpec;
import io.github.palimpsest.api.model.FeedForwardSpec;
import io.github.palimpsest.api.model.NormSpec;
import io.github.palimpsest.api.model.Rope;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.decoder.DecoderModel;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.StepListener;
import io.github.palimpsest.engine.TaskLoop;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.engine.differentiation.LossChunk;
import io.github.palimpsest.engine.differentiation.Recompute;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Training in towers is training in one, up to rounding, whatever the technique. */
@Tag("native")
class TowersTest {
  private static final PluginRegistry REGISTRY = Plugins.onClassPath();

  private static final DecoderModel MODEL =
      new DecoderModel(
          DecoderSpec.of(40, 8, 2)
              .attention(AttentionSpec.rotary(2, 4, Rope.of(10_000)))
              .feedForward(FeedForwardSpec.gated(12, Activation.SILU))
              .norm(NormSpec.rms(1e-5))
              .positions(8)
              .tiedHead(true)
              .initialDeviation(0.3)
              .build());

  private static final WeightSnapshot START = MODEL.initialWeights(new Random(1));

  /** The weights after two tasks of four examples, and the losses of all steps. */
  private record Outcome(WeightSnapshot weights, List<Double> losses) {}

  private static Outcome trained(String recipe, Training training) {
    List<Double> losses = new ArrayList<>();
    StepListener listener =
        new StepListener() {
          @Override
          public void onStep(int index, long step, long total, double loss) {
            losses.add(loss);
          }
        };
    TaskLoop loop =
        new TaskLoop(
            MODEL,
            START,
            Seats.of(REGISTRY.recipe(recipe)),
            training,
            7,
            List.of(EveryFamilyTest.task(0), EveryFamilyTest.task(1)),
            Device.CPU.forTowers(training.towers()),
            null);
    loop.train(listener);
    loop.train(listener);
    return new Outcome(loop.weights(), losses);
  }

  /** Of batches of three examples, the last of an epoch has one, so one tower has none. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "2; 1; NOTHING; 0; sgd(lr=0.1)",
        "3; 1; WIDE; 0; sgd(lr=0.1)",
        "2; 1; LAYERS; 5; sgd(lr=0.1)",
        "2; 2; ACTIVATIONS; 0; sam(base=sgd(lr=0.1)) + ewc(lambda=0.1) + replay(ratio=0.5,"
            + " capacity=4) | wise-ft",
        "2; 1; NOTHING; 0; sam(base=sgd(lr=0.02)) + lora(rank=2, target=\".*_proj.*\")"
            + " + ewc(lambda=0.1)",
        "2; 1; NOTHING; 0; sam(space=effective, base=sgd(lr=0.02))"
            + " + lora(rank=2, target=\".*_proj.*\") + ewc(lambda=0.1, space=effective)",
        "2; 1; NOTHING; 0; functional-sam(base=sgd(lr=0.1)) + lwf",
        "3; 1; NOTHING; 0; sgd(lr=0.1) + eaft + dft",
        "2; 1; WIDE; 0; sgd(lr=0.1) + kl + mir(ratio=1, candidates=2)",
        "2; 2; NOTHING; 0; sam(base=sgd(lr=0.1)) + prompt-tuning(tokens=2) + mir(ratio=1)",
      })
  void two_tasks_end_with_the_weights_of_one_tower(
      int towers, int accumulation, Recompute recompute, int chunk, String recipe) {
    int batch = 3 * accumulation;
    Training one =
        new Training(2, 0, batch, accumulation, 0)
            .with(recompute)
            .with(chunk == 0 ? LossChunk.AUTO : new LossChunk(chunk));
    Outcome expected = trained(recipe, one);
    Outcome found = trained(recipe, one.inTowers(towers));
    assertThat(found.losses()).hasSameSizeAs(expected.losses());
    for (int s = 0; s < expected.losses().size(); s++) {
      assertThat(found.losses().get(s))
          .as("loss of step %d", s)
          .isCloseTo(expected.losses().get(s), within(1e-5));
    }
    double moved = 0;
    for (String name : expected.weights().names()) {
      float[] a = expected.weights().copy(name);
      float[] b = found.weights().copy(name);
      float[] start = START.names().contains(name) ? START.copy(name) : new float[a.length];
      for (int i = 0; i < a.length; i++) {
        assertThat(b[i]).as("%s[%d]", name, i).isCloseTo(a[i], within(1e-5f));
        moved = Math.max(moved, Math.abs(a[i] - start[i]));
      }
    }
    assertThat(moved).as("the largest change by training").isGreaterThan(0.001);
  }
}
