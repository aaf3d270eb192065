package io.github.palimpsest.tck.checks;

import io.github.palimpsest.api.adapter.InputRows;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.model.Forward;
import io.github.palimpsest.api.model.InputSpec;
import io.github.palimpsest.api.model.Model;
import io.github.palimpsest.api.model.RowsBeforeInput;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.parameter.Weights;
import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.tck.BrokenRule;
import io.github.palimpsest.tck.Check;
import io.github.palimpsest.tck.Failures;
import io.github.palimpsest.tck.Finding;
import io.github.palimpsest.tck.rig.Bench;
import io.github.palimpsest.tck.rig.Named;
import io.github.palimpsest.tck.rig.PlainWeights;
import io.github.palimpsest.tck.rule.ModelRule;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** The checks of models. */
public final class ModelChecks {
  private static final String LOSS = "loss";
  private static final String WEIGHT = "weight";

  /** Rows that are tried before the input. */
  private static final int ROWS = 3;

  private final Model model;
  private final List<Example> examples;
  private final double tolerance;

  /**
   * @param model the model
   * @param examples some of its examples
   * @param tolerance multiplies every numeric tolerance
   */
  public ModelChecks(Model model, List<Example> examples, double tolerance) {
    this.model = model;
    this.examples = List.copyOf(examples);
    this.tolerance = tolerance;
  }

  /** One check for each rule. */
  public List<Check> all() {
    Failures failures = new Failures(model.getClass());
    return List.of(
        new Check(ModelRule.MOD_01, this::parametersAreTrue, failures),
        new Check(ModelRule.MOD_02, this::batchesAreAsDeclared, failures),
        new Check(ModelRule.MOD_03, this::forwardHasNoSideEffect, failures),
        new Check(ModelRule.MOD_04, this::examplesStandAlone, failures),
        new Check(ModelRule.MOD_05, this::rowsStandBeforeTheInput, failures));
  }

  private static RandomGenerator rng() {
    return Streams.stream(7, "initial weights", 0, 0);
  }

  private void parametersAreTrue() {
    Set<String> seen = new HashSet<>();
    List<String> twice =
        model.parameters().stream().map(ParameterSpec::name).filter(n -> !seen.add(n)).toList();
    Expect.that(
        twice.isEmpty(), () -> new Finding("parameters()", "each name once", twice + " again"));
    WeightSnapshot weights = model.initialWeights(rng());
    Expect.that(
        weights.names().equals(seen),
        () ->
            new Finding(
                "initialWeights", "tensors " + new TreeSet<>(seen), "tensors " + weights.names()));
    for (ParameterSpec p : model.parameters()) {
      Expect.that(
          weights.shape(p.name()).equals(p.shape()),
          () ->
              new Finding(
                  "initialWeights",
                  "'" + p.name() + "' of shape " + p.shape(),
                  "shape " + weights.shape(p.name())));
    }
    Named one = Named.of(weights);
    Named two = Named.of(model.initialWeights(rng()));
    Expect.that(
        one.same(two),
        () ->
            new Finding(
                "initialWeights with equal generators",
                one.toString(),
                two.toString(),
                "a random source of its own"));
  }

  private void batchesAreAsDeclared() {
    SortedMap<String, HostArray> batch = model.batch(examples);
    Set<String> declared =
        model.inputs().stream().map(InputSpec::name).collect(Collectors.toCollection(TreeSet::new));
    String fixture = "a batch of " + examples.size() + " examples";
    Expect.that(
        batch.keySet().equals(declared),
        () -> new Finding(fixture, "arrays " + declared, "arrays " + batch.keySet()));
    for (InputSpec in : model.inputs()) {
      HostArray array = batch.get(in.name());
      boolean ints = array instanceof HostArray.Ints;
      Expect.that(
          ints == (in.type() == InputSpec.Type.INT32),
          () ->
              new Finding(
                  fixture, "'" + in.name() + "' of type " + in.type(), ints ? "INT32" : "FLOAT32"));
      Shape shape = Shape.of(array.shape());
      Expect.that(
          shape.fits(in.shape()) && shape.rank() > 0 && shape.get(0) == examples.size(),
          () ->
              new Finding(
                  fixture,
                  "'"
                      + in.name()
                      + "' of a shape "
                      + in.shape()
                      + ", the first dimension "
                      + examples.size(),
                  "shape " + shape));
    }
  }

  private void forwardHasNoSideEffect() {
    try (Bench bench = new Bench()) {
      Built built = new Built(bench);
      Tensors one = built.forward();
      Tensors two = built.forward();
      List<String> stateful = new ArrayList<>(bench.stateful());
      stateful.addAll(bench.unseeded());
      Expect.that(
          stateful.isEmpty(),
          () ->
              new Finding(
                  "a forward pass",
                  "no variable, and no random operation",
                  "the graph has " + stateful));
      Named first = bench.run(one, built.feeds(examples));
      Named second = bench.run(two, built.feeds(examples));
      Expect.that(
          first.same(second),
          () ->
              new Finding(
                  "a forward pass built twice at the same weights",
                  "equal losses: " + first,
                  second.toString(),
                  "something that the first left for the second"));
    }
  }

  private void examplesStandAlone() {
    try (Bench bench = new Bench()) {
      Built built = new Built(bench);
      Tensors forward = built.forward();
      Named together = bench.run(forward, built.feeds(examples));
      for (String what : List.of(LOSS, WEIGHT)) {
        float[] values = together.values().get(what);
        Expect.that(
            values.length == examples.size() && together.finite(),
            () ->
                new Finding(
                    "a batch of " + examples.size() + " examples",
                    "a finite " + what + " for each",
                    together.toString()));
      }
      for (int i = 0; i < examples.size(); i++) {
        Named alone = bench.run(forward, built.feeds(List.of(examples.get(i))));
        for (String what : List.of(LOSS, WEIGHT)) {
          float own = alone.values().get(what)[0];
          float among = together.values().get(what)[i];
          String id = examples.get(i).id();
          Expect.that(
              Math.abs(own - among) <= 1e-4 * tolerance * Math.abs(own) + 1e-6,
              () ->
                  new Finding(
                      "example '" + id + "' by itself and among " + examples.size(),
                      what + " " + own,
                      what + " " + among,
                      "something shared by the batch, such as padding that counts"));
        }
      }
    }
  }

  /** A model without the capability has nothing to keep. */
  private void rowsStandBeforeTheInput() {
    model.capability(RowsBeforeInput.class).ifPresent(this::rowsStandBeforeTheInput);
  }

  private void rowsStandBeforeTheInput(RowsBeforeInput taking) {
    String fixture = ROWS + " rows before the input";
    ParameterSpec table =
        model.parameters().stream()
            .filter(p -> p.name().equals(taking.inputTable()) && p.shape().rank() == 2)
            .findFirst()
            .orElseThrow(
                () ->
                    new BrokenRule(
                        new Finding(
                            fixture, "a table of the model", "'" + taking.inputTable() + "'")));
    InputRows rows = InputRows.of(table, ROWS);
    try (Bench bench = new Bench()) {
      Built built = new Built(bench);
      Operand<TFloat32> fed =
          bench.parameters(List.of(rows.parameter())).get(rows.parameter().name());
      Tensors without = built.predictions(built.plain());
      Tensors with = built.predictions(InputRows.on(built.plain(), table.name(), fed));
      float[] values = new float[Math.toIntExact(rows.parameter().shape().size())];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (0.5 * Math.sin(1.7 * i + 1));
      }
      Named plain = bench.run(without, built.feeds(examples));
      Named found = bench.run(with, built.feeds(examples, fed, rows, values));
      for (String what : plain.values().keySet()) {
        Expect.that(
            found.values().get(what).length == plain.values().get(what).length && found.finite(),
            () ->
                new Finding(
                    fixture,
                    plain.values().get(what).length + " finite numbers of " + what,
                    found.values().get(what).length + " numbers",
                    "values at the places of the rows"));
      }
      Expect.that(
          found.only(WEIGHT).same(plain.only(WEIGHT)),
          () ->
              new Finding(
                  fixture,
                  "the weights of the input: " + plain.only(WEIGHT),
                  "" + found.only(WEIGHT)));
      int width = values.length / ROWS;
      for (int row = 0; row < ROWS; row++) {
        float[] other = values.clone();
        for (int i = row * width; i < (row + 1) * width; i++) {
          other[i] = -other[i];
        }
        int changed = row;
        Named moved = bench.run(with, built.feeds(examples, fed, rows, other));
        Expect.that(
            !moved.only(LOSS).same(found.only(LOSS)),
            () ->
                new Finding(
                    fixture + ", row " + changed + " changed",
                    "other losses than " + found.only(LOSS),
                    "the same",
                    "rows that the model does not read"));
      }
    }
  }

  /** The model in a graph, its weights fed. */
  private final class Built {
    private final Bench bench;
    private final Map<String, Operand<?>> inputs;
    private final Tensors weights;
    private final Named values = Named.of(model.initialWeights(rng()));

    Built(Bench bench) {
      this.bench = bench;
      inputs = bench.inputs(model);
      weights = bench.parameters(model.parameters());
    }

    Weights plain() {
      return new PlainWeights(bench.tf(), weights);
    }

    Tensors predictions(Weights at) {
      Forward f = model.forward(bench.tf(), at, Bench.batch(inputs));
      return Tensors.of(
          new TreeMap<>(
              Map.of(
                  LOSS,
                  bench.tf().identity(f.lossPerExample()),
                  WEIGHT,
                  bench.tf().identity(f.weightPerExample()),
                  "logits",
                  bench.tf().identity(f.logits()))));
    }

    Map<Operand<?>, HostArray> feeds(
        List<Example> batch, Operand<TFloat32> at, InputRows rows, float[] values) {
      Map<Operand<?>, HostArray> fed = feeds(batch);
      fed.put(at, new HostArray.Floats(values, rows.parameter().shape().toArray()));
      return fed;
    }

    Tensors forward() {
      Forward f = model.forward(bench.tf(), plain(), Bench.batch(inputs));
      return Tensors.of(
          new TreeMap<>(
              Map.of(
                  LOSS, bench.tf().identity(f.lossPerExample()),
                  WEIGHT, bench.tf().identity(f.weightPerExample()))));
    }

    Map<Operand<?>, HostArray> feeds(List<Example> batch) {
      Map<Operand<?>, HostArray> fed = new LinkedHashMap<>(Bench.feeds(weights, values));
      model.batch(batch).forEach((name, array) -> fed.put(inputs.get(name), array));
      return fed;
    }
  }
}
