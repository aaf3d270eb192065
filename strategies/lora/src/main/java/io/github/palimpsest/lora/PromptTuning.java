package io.github.palimpsest.lora;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.adapter.Adapter;
import io.github.palimpsest.api.adapter.AdapterProvider;
import io.github.palimpsest.api.adapter.BoundAdapter;
import io.github.palimpsest.api.adapter.InputRows;
import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.ParameterSpec.Role;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.parameter.Weights;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.tensorflow.op.Ops;

/**
 * {@code [p_1 ... p_n; x_1 ... x_t]}: trains n vectors of the model's width that stand before the
 * embedded tokens of every sequence, and nothing else.
 *
 * <p>Lester, Al-Rfou and Constant 2021, arXiv:2104.08691. The paper adapts T5, whose vocabulary is
 * sorted by frequency, and draws initial vectors from its 5,000 most frequent tokens. Here they are
 * the first 5,000 rows of the model's token table, whatever its order, drawn without repetition as
 * long as there are enough. The vectors are in the scale of the table: a model that multiplies its
 * embeddings multiplies them too. The first token of a sequence is no target, as without a prompt;
 * PEFT counts it where it has a label. They go on to be trained in the next task, and one prompt
 * serves all tasks, where the paper has one for each. They are no tensors of the model, so weights
 * with them are scored and trained on, and neither merged nor saved as a model. Rules PAR-01 to
 * PAR-12.
 *
 * @param tokens the number n of vectors
 * @param start where their initial values come from
 */
record PromptTuning(int tokens, Start start) implements Adapter {
  /** Where initial values come from. */
  enum Start {
    /** Rows of the token table. */
    VOCABULARY,
    /** Uniform numbers. */
    RANDOM
  }

  static final Setting<Integer> TOKENS =
      Setting.integer(
          "tokens", 20, 1, 65536, "n, the vectors before each sequence, as places of the model");
  static final Setting<Start> INIT =
      Setting.choice(
          "init",
          Start.class,
          Start.VOCABULARY,
          "initial vectors: rows of the token table, drawn among its first 5000, or uniform in"
              + " [-0.5, 0.5]");

  /** The rows of the table that initial vectors are drawn from. */
  private static final int FREQUENT = 5000;

  static final AdapterProvider PROVIDER =
      AdapterProvider.of(
              "prompt-tuning",
              "Prompt tuning: trains vectors before the embedded tokens of every sequence",
              "[p_1 ... p_n; x_1 ... x_t]; p is trained, the model is frozen")
          .settings(TOKENS, INIT)
          .traits(
              Traits.of(
                  Onset.FIRST_TASK,
                  Cost.NONE,
                  "Lester, Al-Rfou and Constant 2021, The power of scale for parameter-efficient"
                      + " prompt tuning (arXiv:2104.08691)"))
          .promises(PromptTuning::promised)
          .creates(s -> new PromptTuning(s.get(TOKENS), s.get(INIT)));

  private static Set<Promise> promised(Settings s) {
    Set<Promise> usual = Promise.usual(Kind.ADAPTER);
    usual.add(Promise.UNMERGEABLE);
    return usual;
  }

  @Override
  public BoundAdapter bind(List<ParameterSpec> base) {
    ParameterSpec table =
        base.stream()
            .filter(p -> p.role() == Role.EMBEDDING)
            .findFirst()
            .orElseThrow(
                () ->
                    new PalimpsestException(
                        "'prompt-tuning' finds no table of tokens in this model, whose width its"
                            + " vectors have"));
    return new Bound(base, InputRows.of(table, tokens), start);
  }

  private record Bound(List<ParameterSpec> base, InputRows p, Start start) implements BoundAdapter {
    @Override
    public List<ParameterSpec> trainable() {
      return List.of(p.parameter());
    }

    @Override
    public Optional<InputRows> inputRows() {
      return Optional.of(p);
    }

    @Override
    public WeightSnapshot initial(WeightSnapshot from, RandomGenerator rng) {
      Shape shape = p.parameter().shape();
      float[] values =
          switch (start) {
            case VOCABULARY -> drawn(from, rng);
            case RANDOM -> uniform(Math.toIntExact(shape.size()), rng);
          };
      String name = p.parameter().name();
      return WeightSnapshot.of(Map.of(name, shape), Map.of(name, values));
    }

    private static float[] uniform(int size, RandomGenerator rng) {
      float[] values = new float[size];
      for (int i = 0; i < size; i++) {
        values[i] = rng.nextFloat() - 0.5f;
      }
      return values;
    }

    /** Rows of the table: each once before one is drawn again. */
    private float[] drawn(WeightSnapshot from, RandomGenerator rng) {
      int width = Math.toIntExact(p.parameter().shape().get(1));
      int[] ids = new int[Math.toIntExact(Math.min(FREQUENT, from.shape(p.table()).get(0)))];
      for (int i = 0; i < ids.length; i++) {
        ids[i] = i;
      }
      float[] values = new float[p.count() * width];
      for (int row = 0; row < p.count(); row++) {
        int place = row % ids.length;
        int other = place + rng.nextInt(ids.length - place);
        int id = ids[other];
        ids[other] = ids[place];
        ids[place] = id;
        from.read(p.table()).get(id * width, values, row * width, width);
      }
      return values;
    }

    @Override
    public Weights effective(Ops tf, Params trainable, Weights from) {
      return InputRows.on(from, p.table(), trainable.tensors().get(p.parameter().name()));
    }

    @Override
    public boolean isAdditive() {
      return true;
    }

    @Override
    public WeightSnapshot merge(WeightSnapshot trainable, WeightSnapshot from) {
      TreeMap<String, Shape> shapes = new TreeMap<>();
      base.forEach(b -> shapes.put(b.name(), b.shape()));
      shapes.put(p.parameter().name(), p.parameter().shape());
      return WeightSnapshot.computed(
          shapes,
          name -> name.equals(p.parameter().name()) ? trainable.copy(name) : from.copy(name));
    }
  }
}
