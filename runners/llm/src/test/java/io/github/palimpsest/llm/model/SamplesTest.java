package io.github.palimpsest.llm.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.model.FinishedModel;
import io.github.palimpsest.api.optimizer.Updates;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.api.rehearsal.Rehearsal;
import io.github.palimpsest.decoder.DecoderModel;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.StepListener;
import io.github.palimpsest.engine.TaskLoop;
import io.github.palimpsest.engine.Training;
import io.github.palimpsest.engine.device.Device;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Samples of a decoder at its pretrained weights, as a rehearsal gets them. */
@Tag("native")
class SamplesTest {
  private static final int VOCABULARY = 5;
  private static final int TOKENS = 6;
  private static final double TEMPERATURE = 0.7;

  /** Samples that the runner draws together. */
  private static final int TOGETHER = 16;

  private static final DecoderModel MODEL =
      new DecoderModel(SmallDecoder.of(VOCABULARY, 16, 24, 2, 4, 2, 4, 8).build());
  private static final WeightSnapshot WEIGHTS =
      MODEL.initialWeights(Streams.stream(3, "initial weights", 0, 0));
  private static final TaskData TASK =
      TaskData.of(
          0, "t", List.of(GoldenModel.example("e", new int[] {1, 3, 4}, new float[] {0, 1, 1})));

  /** Keeps 20 samples, and the logits of each. */
  private static final class Taker implements Rehearsal {
    private final List<Example> samples = new ArrayList<>();
    private final List<float[]> logits = new ArrayList<>();

    @Override
    public TaskData prepared(TaskData task, FinishedModel pretrained) {
      List<String> ids = IntStream.range(0, 20).mapToObj(i -> "s" + i).toList();
      samples.addAll(pretrained.samples(ids, TOKENS, TEMPERATURE, draws()));
      samples.forEach(s -> logits.add(pretrained.logits(s).toArray()));
      return task;
    }

    @Override
    public Iterator<List<Example>> epoch(TaskData current, int batchSize, RandomGenerator rng) {
      return current.shuffledBatches(batchSize, rng).iterator();
    }

    @Override
    public void afterTask(TaskData task, RandomGenerator rng) {}

    @Override
    public byte[] state() {
      return new byte[0];
    }

    @Override
    public void restore(byte[] state) {}
  }

  private static RandomGenerator draws() {
    return Streams.stream(11, "draws", 0, 0);
  }

  /**
   * Token by token, and sample by sample within a group: u is uniform, and the token is the first
   * at which the distribution function of softmax(z / T) exceeds it. Nothing is drawn after an end.
   */
  @Test
  void each_token_is_drawn_from_the_softmax_given_those_before_until_the_text_ends() {
    Taker taker = new Taker();
    new TaskLoop(
            MODEL,
            WEIGHTS,
            Seats.of(c -> new Updates(c.params().tensors().scale(c.tf(), c.tf().constant(0f))))
                .with(taker),
            Training.epochs(1, 1),
            7,
            List.of(TASK),
            Device.CPU,
            null)
        .train(StepListener.NONE);
    assertThat(taker.samples).extracting(Example::id).startsWith("s0", "s1").hasSize(20);
    RandomGenerator rng = draws();
    int ended = 0;
    for (int first = 0; first < 20; first += TOGETHER) {
      int group = Math.min(TOGETHER, 20 - first);
      for (int t = 1; t < TOKENS; t++) {
        for (int i = first; i < first + group; i++) {
          int[] ids = ((HostArray.Ints) taker.samples.get(i).fields().get("ids")).toArray();
          assertThat(ids[0]).as("the token that begins a text").isEqualTo(1);
          if (t < ids.length) {
            drawn(rng.nextDouble(), taker.logits.get(i), (t - 1) * VOCABULARY, ids[t]);
            boolean last = t == ids.length - 1;
            assertThat(last && t < TOKENS - 1 ? ids[t] : 2)
                .as("an end before the most")
                .isEqualTo(2);
            assertThat(!last && ids[t] == 2).as("an end token within a text").isFalse();
            ended += last && t < TOKENS - 1 ? 1 : 0;
          }
        }
      }
    }
    assertThat(ended).as("texts that ended early").isPositive();
  }

  private static void drawn(double u, float[] logits, int from, int token) {
    double[] upTo = new double[VOCABULARY + 1];
    for (int k = 0; k < VOCABULARY; k++) {
      upTo[k + 1] = upTo[k] + Math.exp(logits[from + k] / TEMPERATURE);
    }
    double at = u * upTo[VOCABULARY];
    assertThat(at).isBetween(upTo[token] - 1e-4, upTo[token + 1] + 1e-4);
  }
}
