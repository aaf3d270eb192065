package io.github.palimpsest.cli.train;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.api.model.Activation;
import io.github.palimpsest.api.model.AttentionSpec;
import io.github.palimpsest.api.model.DecoderSpec;
import io.github.palimpsest.api.model.FeedForwardSpec;
import io.github.palimpsest.api.model.NormSpec;
import io.github.palimpsest.api.model.Rope;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.decoder.DecoderModel;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.TaskLoop;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.experiment.plan.Clipping;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/** A small Llama, trained on two tasks of random tokens with accumulation and clipping. */
final class SmallLlama {
  private static final DecoderModel MODEL =
      new DecoderModel(
          DecoderSpec.of(32, 16, 2)
              .attention(AttentionSpec.rotary(4, 4, Rope.of(10_000)).keyValueHeads(2))
              .feedForward(FeedForwardSpec.gated(24, Activation.SILU))
              .norm(NormSpec.rms(1e-5))
              .positions(8)
              .initialDeviation(0.2)
              .build());

  private static TaskData task(int index) {
    RandomGenerator rng = Streams.stream(5, "examples", index, 0);
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      int[] ids = rng.ints(6, 0, 32).toArray();
      float[] targets = new float[ids.length];
      Arrays.fill(targets, 1, targets.length, 1);
      examples.add(
          new Example(
              index + "/" + i,
              ids.length,
              new TreeMap<>(
                  Map.of(
                      DecoderModel.IDS, new HostArray.Ints(ids, ids.length),
                      DecoderModel.TARGETS, new HostArray.Floats(targets, targets.length)))));
    }
    return TaskData.of(index, "t" + index, examples);
  }

  private SmallLlama() {}

  /** Losses of all steps of two tasks. */
  static List<Double> losses(String recipe, UnaryOperator<Training> training) {
    WeightSnapshot start = MODEL.initialWeights(Streams.stream(3, "initial weights", 0, 0));
    List<Double> losses = new ArrayList<>();
    TaskLoop loop =
        new TaskLoop(
            MODEL,
            start,
            Seats.of(
                Clipping.around(Plugins.onClassPath().recipe(recipe), 1, Plugins.onClassPath())),
            training.apply(new Training(2, 0, 4, 2, 0)),
            7,
            List.of(task(0), task(1)),
            Device.CPU,
            null);
    for (int t = 0; t < 2; t++) {
      loop.train((task, step, total, loss) -> losses.add(loss));
    }
    return losses;
  }
}
