package io.github.palimpsest.tck.checks;

import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.Slot;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.engine.weights.Shapes;
import io.github.palimpsest.tck.Feature;
import io.github.palimpsest.tck.Finding;
import io.github.palimpsest.tck.NotApplicable;
import io.github.palimpsest.tck.Subject;
import io.github.palimpsest.tck.rig.MiniLlama;
import io.github.palimpsest.tck.rig.Named;
import io.github.palimpsest.tck.rig.OptimizerRig;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.tensorflow.ndarray.Shape;

/** The checks of slots whose shapes and starts are declared. */
final class DeclaredSlotChecks {
  private static final String FINITE = "finite values, one for each element";

  private final OptimizerTrial trial;
  private final MiniLlama model = new MiniLlama();

  DeclaredSlotChecks(OptimizerTrial trial) {
    this.trial = trial;
  }

  /** The stated floats of state for each parameter, of the subject and of what it wraps. */
  double perParameter(List<ParameterSpec> parameters) {
    Subject<Optimizer> subject = trial.subject();
    double floats = parameters.stream().mapToLong(p -> p.shape().size()).sum();
    return subject.traits().cost().slotsPerParameter()
        + Slot.floats(component(), parameters) / floats;
  }

  private Component<Optimizer> component() {
    return new Component<>(trial.subject().provider(), trial.subject().settings());
  }

  void shapes() {
    onModel(
        rig -> {
          Map<String, Shape> declared = new TreeMap<>();
          declared((slot, p) -> declared.put(key(slot, p), Shapes.of(slot.shape(p).orElseThrow())));
          Map<String, Shape> actual = own(rig);
          Expect.that(
              actual.equals(declared),
              () ->
                  new Finding(
                      fixture(),
                      "the declared slots"
                          + difference(declared, actual, ", such as ", " and no others"),
                      difference(actual, declared, "slots such as ", "no slot for it")));
        });
  }

  void starts() {
    Named weights = model.start();
    onModel(
        rig ->
            declared(
                (slot, p) -> {
                  float[] declared = initial(slot, p, weights);
                  Expect.that(
                      Arrays.equals(declared, initial(slot, p, weights)),
                      () ->
                          new Finding(
                              fixture(),
                              "equal values before the first step from equal weights, in "
                                  + key(slot, p),
                              "others when asked again"));
                  if (!rig.slotNames().contains(key(slot, p))) {
                    return; // OPT-28
                  }
                  float[] actual =
                      Expect.given(key(slot, p), FINITE, () -> rig.initial(key(slot, p), weights));
                  Expect.that(
                      Arrays.equals(actual, declared),
                      () ->
                          new Finding(
                              fixture(),
                              "%s starts with %s, as declared"
                                  .formatted(key(slot, p), some(declared)),
                              some(actual)));
                }));
  }

  void memory() {
    onModel(
        rig -> {
          Subject<Optimizer> subject = trial.subject();
          double own =
              subject.traits().cost().slotsPerParameter()
                  - component().nested().values().stream()
                      .mapToDouble(c -> c.traits().cost().slotsPerParameter())
                      .sum();
          long parameters = model.parameters().stream().mapToLong(p -> p.shape().size()).sum();
          long stated =
              Math.round(own * parameters)
                  + trial.optimizer().slots().stream()
                      .mapToLong(s -> s.floats(model.parameters()))
                      .sum();
          long measured = own(rig).values().stream().mapToLong(Shape::size).sum();
          Expect.that(
              stated == measured,
              () ->
                  new Finding(
                      fixture(),
                      "as many floats of state as are stated: " + stated,
                      measured + " floats",
                      slotMistake(own)));
        });
  }

  private static String slotMistake(double own) {
    if (own == 0) {
      return "";
    }
    return own < 0
        ? "the cost lacks the slots of the wrapped optimizer: start from its cost"
        : "the cost counts slots that are declared by shape";
  }

  private void onModel(Consumer<OptimizerRig> check) {
    NotApplicable.unless(!trial.optimizer().slots().isEmpty(), Feature.DECLARED_SLOTS);
    try (OptimizerRig rig =
        new OptimizerRig(model, MiniLlama.examples(0, 4), trial.subject().create())) {
      check.accept(rig);
    }
  }

  /** Receives a declared slot and a parameter that has it. */
  private interface Each {
    void of(Slot slot, ParameterSpec p);
  }

  private void declared(Each each) {
    for (Slot slot : trial.optimizer().slots()) {
      for (ParameterSpec p : model.parameters()) {
        if (slot.shape(p).isPresent()) {
          each.of(slot, p);
        }
      }
    }
  }

  /** The slots that are not those of a wrapped optimizer. */
  private static Map<String, Shape> own(OptimizerRig rig) {
    Map<String, Shape> own = new TreeMap<>(rig.slotShapes());
    own.keySet().removeIf(name -> name.substring(0, name.indexOf(':')).contains("/"));
    return own;
  }

  private static float[] initial(Slot slot, ParameterSpec p, Named weights) {
    float[] w = weights.values().get(p.name());
    float[] given = w.clone();
    float[] values =
        Expect.given(key(slot, p), FINITE, () -> slot.initial(p, FloatBuffer.wrap(given)));
    Expect.that(
        Arrays.equals(w, given),
        () -> new Finding(key(slot, p), "weights that stay as they are", "changed weights"));
    return values;
  }

  private static String key(Slot slot, ParameterSpec p) {
    return slot.name() + ":" + p.name();
  }

  private String fixture() {
    return "a Llama of two layers, settings " + trial.subject().settings();
  }

  /** The first entry that the other map lacks, or has with another shape. */
  private static String difference(
      Map<String, Shape> of, Map<String, Shape> other, String before, String none) {
    return of.entrySet().stream()
        .filter(e -> !e.getValue().equals(other.get(e.getKey())))
        .findFirst()
        .map(e -> before + e.getKey() + " " + e.getValue())
        .orElse(none);
  }

  private static String some(float[] values) {
    String all = Arrays.toString(values.length > 4 ? Arrays.copyOf(values, 4) : values);
    return values.length > 4 ? all.replace("]", ", ...]") : all;
  }
}
