package io.github.palimpsest.execution.pairs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.data.Example;
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
import io.github.palimpsest.engine.TrainingStoppedException;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.engine.differentiation.Recompute;
import io.github.palimpsest.llm.score.ModelLogLikelihoods;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A decoder on virtual devices: training has the bits of one device whatever the technique, and a
 * checkpoint continues on another number of devices.
 */
@Tag("native")
class SeveralDevicesTest {
  private static final PluginRegistry REGISTRY = Plugins.onClassPath();
  private static final String EWC = "sam(base=adamw(lr=0.01)) + ewc(lambda=10)";

  /** Three layers; the head is tied. */
  private static final DecoderModel MODEL =
      new DecoderModel(
          DecoderSpec.of(40, 8, 3)
              .attention(AttentionSpec.rotary(2, 4, Rope.of(10_000)))
              .feedForward(FeedForwardSpec.gated(12, Activation.SILU))
              .norm(NormSpec.rms(1e-5))
              .positions(8)
              .tiedHead(true)
              .build());

  private static final WeightSnapshot START = MODEL.initialWeights(new Random(1));

  @TempDir Path temp;

  private static TaskLoop loop(
      String recipe, Training training, String device, @Nullable Path folder) {
    return new TaskLoop(
        MODEL,
        START,
        Seats.of(REGISTRY.recipe(recipe)),
        training,
        7,
        List.of(EveryFamilyTest.task(0), EveryFamilyTest.task(1)),
        Device.parse(device),
        folder);
  }

  private static void assertSame(WeightSnapshot some, WeightSnapshot others) {
    assertThat(some.names()).isEqualTo(others.names());
    for (String name : others.names()) {
      assertThat(some.copy(name)).as(name).containsExactly(others.copy(name));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "cpu:0-2; 2; NOTHING; sam(base=adamw(lr=0.01)) + ewc(lambda=10) + replay(ratio=0.5,"
            + " capacity=4) | wise-ft",
        "cpu:0-1; 1; LAYERS; sam(base=adamw(lr=0.01)) + lora(rank=2, target=\".*\")"
            + " + ewc(lambda=10)",
        "cpu:0-1; 1; NOTHING; sam(base=galore(lr=0.01, rank=2, interval=2)) + ewc(lambda=10)",
        "cpu:0-2; 2; LAYERS; shampoo(interval=2, max-side=16)",
        "cpu:0-2; 1; LAYERS; adamw(lr=0.01) + mir(ratio=1, candidates=2)",
        "cpu:0-1; 2; NOTHING; sam(base=adamw(lr=0.01)) + prompt-tuning(tokens=2) + mir(ratio=1)"
      })
  void two_tasks_have_the_bits_of_one_device(
      String device, int accumulation, Recompute recompute, String recipe) {
    Training training = new Training(1, 0, 2, accumulation, 0).with(recompute);
    TaskLoop one = loop(recipe, training, "cpu", null);
    TaskLoop several = loop(recipe, training, device, null);
    for (TaskLoop l : List.of(one, several)) {
      l.train(StepListener.NONE);
      l.train(StepListener.NONE);
    }
    assertSame(several.weights(), one.weights());
    assertThat(several.gradientPasses()).isEqualTo(one.gradientPasses());
  }

  @Test
  void a_checkpoint_of_two_devices_continues_on_one_and_the_reverse_with_the_same_bytes()
      throws IOException {
    Training training = new Training(2, 0, 2, 1, 1); // four steps, a checkpoint after each
    Path first = temp.resolve("first");
    Path second = temp.resolve("second");
    stoppedAfterTwo(loop(EWC, training, "cpu", first));
    stoppedAfterTwo(loop(EWC, training, "cpu:0-1", second));
    assertThat(files(second)).as("files after two steps").isEqualTo(files(first)).isNotEmpty();
    TaskLoop one = loop(EWC, training, "cpu:0-1", first);
    TaskLoop two = loop(EWC, training, "cpu", second);
    for (TaskLoop l : List.of(one, two)) {
      l.train(StepListener.NONE);
      l.train(StepListener.NONE);
    }
    assertThat(files(second)).as("files after two tasks").isEqualTo(files(first));
    TaskLoop uninterrupted = loop(EWC, training, "cpu", null);
    uninterrupted.train(StepListener.NONE);
    uninterrupted.train(StepListener.NONE);
    assertSame(one.weights(), uninterrupted.weights());
    assertSame(two.weights(), uninterrupted.weights());
  }

  private static void stoppedAfterTwo(TaskLoop loop) {
    int[] steps = {0};
    StepListener stops =
        new StepListener() {
          @Override
          public void onStep(int index, long step, long total, double loss) {
            steps[0]++;
          }

          @Override
          public boolean stops() {
            return steps[0] == 2;
          }
        };
    assertThatThrownBy(() -> loop.train(stops)).isInstanceOf(TrainingStoppedException.class);
  }

  private static Map<String, List<Byte>> files(Path folder) throws IOException {
    Map<String, List<Byte>> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        List<Byte> bytes = new ArrayList<>();
        for (byte b : Files.readAllBytes(file)) {
          bytes.add(b);
        }
        files.put(folder.relativize(file).toString(), bytes);
      }
    }
    return files;
  }

  @Test
  void scores_have_the_bits_of_one_device() {
    List<Example> examples = EveryFamilyTest.task(0).examples();
    try (ModelLogLikelihoods one = new ModelLogLikelihoods(MODEL, START, Device.CPU, 4);
        ModelLogLikelihoods several =
            new ModelLogLikelihoods(MODEL, START, Device.parse("cpu:0-2"), 4)) {
      assertThat(several.of(examples)).isEqualTo(one.of(examples));
    }
  }
}
