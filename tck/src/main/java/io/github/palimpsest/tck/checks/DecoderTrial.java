package io.github.palimpsest.tck.checks;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.model.DecoderSpec;
import io.github.palimpsest.api.model.Forward;
import io.github.palimpsest.api.model.Model;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.decoder.DecoderModel;
import io.github.palimpsest.tck.BrokenRule;
import io.github.palimpsest.tck.Check;
import io.github.palimpsest.tck.Finding;
import io.github.palimpsest.tck.rig.Bench;
import io.github.palimpsest.tck.rig.Named;
import io.github.palimpsest.tck.rig.PlainWeights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * A decoder on trial: the rules for models, then those for decoders.
 *
 * @param model the model that the host built from the description
 * @param spec the description
 * @param tolerance multiplies every numeric tolerance
 */
record DecoderTrial(Model model, DecoderSpec spec, double tolerance) {
  private static final int LONGEST = 6;
  private static final String LOGITS = "logits";

  void run() {
    for (Check check : new ModelChecks(model, examples(), tolerance).all()) {
      try {
        check.trial().run();
      } catch (BrokenRule e) {
        Finding f = e.finding();
        Finding named =
            new Finding(check.rule().id() + ", " + f.fixture(), f.expected(), f.actual());
        throw e.getCause() == null ? new BrokenRule(named) : new BrokenRule(named, e.getCause());
      } catch (Exception e) {
        throw new BrokenRule(
            new Finding("rule " + check.rule().id(), "no exception", "it throws "), e);
      }
    }
    try (Bench bench = new Bench()) {
      Map<String, Operand<?>> inputs = bench.inputs(model);
      Tensors weights = bench.parameters(model.parameters());
      Forward forward =
          model.forward(bench.tf(), new PlainWeights(bench.tf(), weights), Bench.batch(inputs));
      Map<Operand<?>, HostArray> fed = new LinkedHashMap<>(Bench.feeds(weights, values()));
      Tensors logits = Tensors.of(Map.of(LOGITS, bench.tf().identity(forward.logits())));
      isCausal(bench, logits, inputs, fed);
      Operand<TFloat32> loss = bench.tf().sum(forward.lossPerExample(), bench.tf().constant(0));
      Tensors gradient = bench.gradient(loss, weights);
      reachesAll(bench, gradient, inputs, fed);
    }
  }

  private int length() {
    return Math.min(LONGEST, spec.positions());
  }

  /** Three examples of uneven lengths whose tokens are the ids in turn. */
  private List<Example> examples() {
    List<Example> all = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      int[] ids = new int[Math.max(1, length() - i)];
      for (int p = 0; p < ids.length; p++) {
        ids[p] = (3 * i + 5 * p + 1) % spec.vocabulary();
      }
      all.add(example("row/" + i, ids));
    }
    return all;
  }

  private static Example example(String id, int[] ids) {
    float[] targets = new float[ids.length];
    Arrays.fill(targets, Math.min(1, ids.length), ids.length, 1);
    TreeMap<String, HostArray> fields = new TreeMap<>();
    fields.put(DecoderModel.IDS, new HostArray.Ints(ids, ids.length));
    fields.put(DecoderModel.TARGETS, new HostArray.Floats(targets, ids.length));
    return new Example(id, ids.length, fields);
  }

  /** Weights so large that every part matters. */
  private Named values() {
    RandomGenerator rng = Streams.stream(11, "weights of a trial", 0, 0);
    Map<String, float[]> values = new LinkedHashMap<>();
    for (ParameterSpec p : model.parameters()) {
      float[] v = new float[Math.toIntExact(p.shape().size())];
      for (int i = 0; i < v.length; i++) {
        v[i] = (float) (0.3 * rng.nextGaussian() + (p.role() == ParameterSpec.Role.NORM ? 1 : 0));
      }
      values.put(p.name(), v);
    }
    return new Named(values);
  }

  private Map<Operand<?>, HostArray> feeds(
      Map<Operand<?>, HostArray> weights, Map<String, Operand<?>> inputs, List<Example> batch) {
    Map<Operand<?>, HostArray> fed = new LinkedHashMap<>(weights);
    model.batch(batch).forEach((name, array) -> fed.put(inputs.get(name), array));
    return fed;
  }

  /** Another last token changes its own logits and leaves all earlier ones bit for bit the same. */
  private void isCausal(
      Bench bench,
      Tensors logits,
      Map<String, Operand<?>> inputs,
      Map<Operand<?>, HostArray> weights) {
    int[] ids = new int[length()];
    Arrays.setAll(ids, p -> (7 * p + 2) % spec.vocabulary());
    int[] changed = ids.clone();
    int last = ids.length - 1;
    changed[last] = (changed[last] + 1) % spec.vocabulary();
    float[] one = logits(bench, logits, feeds(weights, inputs, List.of(example("one", ids))));
    float[] two = logits(bench, logits, feeds(weights, inputs, List.of(example("two", changed))));
    int before = last * spec.vocabulary();
    float[] earlier = Arrays.copyOf(one, before);
    Expect.that(
        Arrays.equals(earlier, Arrays.copyOf(two, before)),
        () ->
            new Finding(
                "two texts of " + ids.length + " tokens that differ in the last one",
                "equal logits at the tokens before it",
                "they differ by up to " + largest(earlier, two),
                "attention to later tokens"));
    Expect.that(
        !Arrays.equals(one, two),
        () ->
            new Finding(
                "two texts of " + ids.length + " tokens that differ in the last one",
                "other logits at the last token",
                "the same",
                "a model that does not see its input"));
  }

  private static float[] logits(Bench bench, Tensors logits, Map<Operand<?>, HostArray> feeds) {
    return bench.run(logits, feeds).values().get(LOGITS);
  }

  private static float largest(float[] a, float[] b) {
    float largest = 0;
    for (int i = 0; i < a.length; i++) {
      largest = Math.max(largest, Math.abs(a[i] - b[i]));
    }
    return largest;
  }

  private void reachesAll(
      Bench bench,
      Tensors gradient,
      Map<String, Operand<?>> inputs,
      Map<Operand<?>, HostArray> weights) {
    Named found = bench.run(gradient, feeds(weights, inputs, examples()));
    List<String> idle =
        model.parameters().stream()
            .map(ParameterSpec::name)
            .filter(name -> found.only(name).zero())
            .toList();
    Expect.that(
        idle.isEmpty() && found.finite(),
        () ->
            new Finding(
                "the gradient of the loss of three examples",
                "finite, and not zero for any parameter",
                idle.isEmpty() ? found.toString() : "zero for " + idle,
                "a part that is declared and not used"));
  }
}
