package io.github.palimpsest.replay;

import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.model.FinishedModel;
import io.github.palimpsest.api.model.Forward;
import io.github.palimpsest.api.rehearsal.RehearsalLoss;
import io.github.palimpsest.api.rehearsal.RehearsalObjective;
import io.github.palimpsest.api.rehearsal.RehearsalProvider;
import io.github.palimpsest.api.rehearsal.RehearsedBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Dark experience replay: the model is held to its logits from the time when an example was kept.
 *
 * <pre>
 *   loss = mean loss of the current examples
 *        + alpha * mean over target tokens of the first draw of  1/V sum_v (z_v - z'_v)^2
 *        + beta  * mean loss of the second draw                  (DER++; 0 for DER)
 * </pre>
 *
 * <p>Buzzega et al. 2020, arXiv:2004.07211, equations 5 and 6, with the mean over the {@code V}
 * classes, as in the authors' code; the two draws are independent, as there. {@code z'} are the
 * logits of the model at the end of the example's own task (their equation 3), in full and as
 * 32-bit floats: {@code 4 V} bytes for each prediction of each kept example, on the host and in
 * each checkpoint.
 *
 * <p>Deviation: their algorithms 1 and 2 know no tasks. There the memory takes an example, and the
 * logits of that moment, at the step that trains on it, so that it rehearses the present task too,
 * and logits of the whole trajectory. Here examples are kept at the end of their task.
 *
 * @param alpha strength of the logits
 * @param beta strength of the labels
 */
record DarkExperience(double alpha, double beta) implements Replay.Use, RehearsalLoss {
  private static final Setting<Double> RATIO = RehearsalSettings.ratio(1);
  private static final Setting<Double> ALPHA =
      Setting.real("alpha", 0.3, 0, Double.MAX_VALUE, "strength of the stored logits");
  private static final Setting<Double> BETA =
      Setting.real("beta", 0.5, 0, Double.MAX_VALUE, "strength of the labels");
  private static final String[] REFERENCES = {
    "Buzzega et al. 2020, Dark experience for general continual learning: a strong, simple"
        + " baseline, arXiv:2004.07211"
  };

  static final RehearsalProvider DER =
      RehearsalProvider.of(
              "der",
              "Dark experience replay: holds the model to its earlier logits on kept examples",
              "mean loss of the current examples + alpha * mean over rehearsed target tokens of"
                  + " 1/V |z - z'|^2")
          .settings(
              RATIO,
              ALPHA,
              RehearsalSettings.CAPACITY,
              RehearsalSettings.BUDGET,
              RehearsalSettings.POLICY)
          .traits(s -> RehearsalSettings.traits(s.get(RATIO), REFERENCES))
          .creates(
              s ->
                  RehearsalSettings.inBatch(
                      s, RATIO, RehearsalSettings.POLICY, new DarkExperience(s.get(ALPHA), 0)));

  static final RehearsalProvider DER_PLUS_PLUS =
      RehearsalProvider.of(
              "der-pp",
              "Dark experience replay with labels (DER++): stored logits on one draw, labels on another",
              "mean loss of the current examples + alpha * mean over rehearsed target tokens of"
                  + " 1/V |z - z'|^2 + beta * mean loss of a second draw")
          .settings(
              RATIO,
              ALPHA,
              BETA,
              RehearsalSettings.CAPACITY,
              RehearsalSettings.BUDGET,
              RehearsalSettings.POLICY)
          .traits(
              s -> RehearsalSettings.traits((s.get(BETA) == 0 ? 1 : 2) * s.get(RATIO), REFERENCES))
          .creates(
              s ->
                  RehearsalSettings.inBatch(
                      s,
                      RATIO,
                      RehearsalSettings.POLICY,
                      new DarkExperience(s.get(ALPHA), s.get(BETA))));

  private static final String LOGITS = "der.logits";

  /** 1 for an example of the first draw. */
  private static final String DARK = "der.dark";

  @Override
  public List<Example> kept(List<Example> examples, FinishedModel model, RandomGenerator rng) {
    List<Example> dark = new ArrayList<>();
    for (Example e : examples) {
      SortedMap<String, HostArray> fields = new TreeMap<>(e.fields());
      fields.put(LOGITS, model.logits(e));
      fields.put(DARK, new HostArray.Floats(new float[] {1}, 1));
      dark.add(new Example(e.id(), e.tokens(), fields));
    }
    return dark;
  }

  @Override
  public List<Example> drawn(List<Example> first, Supplier<List<Example>> again) {
    if (beta == 0) {
      return first;
    }
    List<Example> both = new ArrayList<>(first);
    again.get().forEach(e -> both.add(plain(e)));
    return both;
  }

  private static Example plain(Example e) {
    SortedMap<String, HostArray> fields = new TreeMap<>(e.fields());
    fields.keySet().removeAll(List.of(LOGITS, DARK));
    return new Example(e.id(), e.tokens(), fields);
  }

  @Override
  public Optional<RehearsalObjective> objective() {
    return Optional.of(this);
  }

  @Override
  public List<Mean> means(Ops tf, Forward forward, RehearsedBatch batch) {
    Operand<TFloat32> dark =
        tf.reshape(batch.attached(DARK), tf.constant(new int[] {-1})); // [batch]
    List<Mean> means = new ArrayList<>();
    means.add(logits(tf, forward, dark, batch.attached(LOGITS)));
    if (beta > 0) {
      Operand<TFloat32> second = tf.math.sub(batch.rehearsed(), dark);
      means.add(
          Mean.of(
              beta,
              total(tf, tf.math.mul(second, forward.lossPerExample())),
              total(tf, tf.math.mul(second, forward.weightPerExample()))));
    }
    return means;
  }

  private Mean logits(Ops tf, Forward forward, Operand<TFloat32> dark, Operand<TFloat32> attached) {
    Operand<TInt32> batch = tf.size(dark);
    Operand<TInt32> all = tf.constant(-1);
    Operand<TFloat32> counted =
        tf.reshape(forward.weightPerPrediction(), tf.stack(List.of(batch, all)));
    Operand<TInt32> rows = tf.math.floorDiv(tf.size(counted), batch);
    Operand<TInt32> classes = tf.math.floorDiv(tf.size(forward.logits()), tf.size(counted));
    Operand<TFloat32> z = tf.reshape(forward.logits(), tf.stack(List.of(batch, rows, classes)));
    Operand<TInt32> missing =
        tf.math.sub(tf.stack(List.of(batch, rows, classes)), tf.shape(attached));
    Operand<TFloat32> old =
        tf.pad(
            attached,
            tf.stack(
                List.of(tf.zerosLike(missing), missing), org.tensorflow.op.core.Stack.axis(1L)),
            tf.constant(0f));
    Operand<TFloat32> distance =
        tf.math.mean(tf.math.squaredDifference(z, old), tf.constant(2)); // [batch, rows]
    Operand<TFloat32> weights = tf.math.mul(counted, tf.expandDims(dark, tf.constant(1)));
    return Mean.of(alpha, total(tf, tf.math.mul(weights, distance)), total(tf, weights));
  }

  private static Operand<TFloat32> total(Ops tf, Operand<TFloat32> x) {
    return tf.sum(tf.reshape(x, tf.constant(new int[] {-1})), tf.constant(0));
  }
}
