package io.github.palimpsest.api.model;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.PalimpsestException;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A decoder as a value: its full function except the weights. All of its layers are the same
 * (Touvron et al. 2023, arXiv 2302.13971): {@code x += attention(norm x)}, then {@code x +=
 * feedForward(norm x)}; a norm and the head follow the last one.
 *
 * <p>Equal descriptions define equal functions of equal weights.
 */
@Experimental(since = "0.1")
public final class DecoderSpec {
  /** The maximum number of elements of an array. */
  private static final long LARGEST = Integer.MAX_VALUE - 8;

  private record Values(
      int vocabulary,
      int width,
      int layers,
      int positions,
      AttentionSpec attention,
      FeedForwardSpec feedForward,
      NormSpec norm,
      boolean tiedHead,
      double initialDeviation,
      OptionalInt bos,
      OptionalInt eos,
      TensorNames names) {}

  private final Values values;

  private DecoderSpec(Values values) {
    this.values = values;
  }

  /**
   * Begins a description.
   *
   * @param vocabulary the number of tokens in the vocabulary, from 1
   * @param width the size of a hidden state, from 1
   * @param layers the number of layers, from 1
   */
  public static Builder of(int vocabulary, int width, int layers) {
    return new Builder(vocabulary, width, layers);
  }

  /** Collects a description. Positions, attention, feed-forward block and norm must be given. */
  public static final class Builder {
    private final int vocabulary;
    private final int width;
    private final int layers;
    private int positions;
    private @Nullable AttentionSpec attention;
    private @Nullable FeedForwardSpec feedForward;
    private @Nullable NormSpec norm;
    private boolean tiedHead;
    private double initialDeviation = 0.02;
    private OptionalInt bos = OptionalInt.empty();
    private OptionalInt eos = OptionalInt.empty();
    private TensorNames names = TensorNames.usual();

    private Builder(int vocabulary, int width, int layers) {
      this.vocabulary = vocabulary;
      this.width = width;
      this.layers = layers;
    }

    /** The longest sequence, in tokens, from 1. */
    public Builder positions(int longest) {
      positions = longest;
      return this;
    }

    /** The attention of each layer. */
    public Builder attention(AttentionSpec ofEachLayer) {
      attention = ofEachLayer;
      return this;
    }

    /** The feed-forward block of each layer. */
    public Builder feedForward(FeedForwardSpec ofEachLayer) {
      feedForward = ofEachLayer;
      return this;
    }

    /** The norm before attention, before the feed-forward block, and after the last layer. */
    public Builder norm(NormSpec everywhere) {
      norm = everywhere;
      return this;
    }

    /** Whether the output head is the embedding; it is not if this is not called. */
    public Builder tiedHead(boolean tied) {
      tiedHead = tied;
      return this;
    }

    /** The standard deviation of fresh kernels and tables; 0.02 if this is not called. */
    public Builder initialDeviation(double deviation) {
      initialDeviation = deviation;
      return this;
    }

    /** The id of the token that begins a text; none if this is not called. */
    public Builder bos(int id) {
      bos = OptionalInt.of(id);
      return this;
    }

    /** The id of the token that ends a text; none if this is not called. */
    public Builder eos(int id) {
      eos = OptionalInt.of(id);
      return this;
    }

    /** The names of the tensors in the checkpoint; the usual names if this is not called. */
    public Builder names(TensorNames inCheckpoint) {
      names = inCheckpoint;
      return this;
    }

    /**
     * The description.
     *
     * @throws PalimpsestException if a part is missing, a size is below 1, a tensor has more
     *     numbers than an array holds, or a token is outside the vocabulary
     */
    public DecoderSpec build() {
      positive("the vocabulary", vocabulary);
      positive("the width", width);
      positive("the number of layers", layers);
      positive("the number of positions", positions);
      AttentionSpec attends = given("attention", attention);
      FeedForwardSpec feeds = given("feed-forward block", feedForward);
      checkToken("bos", bos);
      checkToken("eos", eos);
      checkSize("the vocabulary times the width", vocabulary, width);
      checkSize("the feed-forward width times the width", feeds.width(), width);
      long queries =
          checkSize("the number of heads times the head size", attends.heads(), attends.headSize());
      checkSize("the number of heads times the head size times the width", queries, width);
      return new DecoderSpec(
          new Values(
              vocabulary,
              width,
              layers,
              positions,
              attends,
              feeds,
              given("norm", norm),
              tiedHead,
              initialDeviation,
              bos,
              eos,
              names));
    }

    private void checkToken(String name, OptionalInt id) {
      if (id.isPresent() && (id.getAsInt() < 0 || id.getAsInt() >= vocabulary)) {
        throw new PalimpsestException(
            "the %s token %d is outside the vocabulary of %d"
                .formatted(name, id.getAsInt(), vocabulary));
      }
    }
  }

  private static <T> T given(String part, @Nullable T value) {
    if (value == null) {
      throw new PalimpsestException("a decoder needs its " + part + " before build()");
    }
    return value;
  }

  static void positive(String what, int value) {
    if (value < 1) {
      throw new PalimpsestException(what + " must be at least 1, not " + value);
    }
  }

  private static long checkSize(String what, long a, long b) {
    if (a * b > LARGEST) {
      throw new PalimpsestException(
          what + " is " + a * b + "; a tensor has at most " + LARGEST + " numbers");
    }
    return a * b;
  }

  /** The number of tokens in the vocabulary. */
  public int vocabulary() {
    return values.vocabulary();
  }

  /** The size of a hidden state. */
  public int width() {
    return values.width();
  }

  /** The number of layers. */
  public int layers() {
    return values.layers();
  }

  /** The longest sequence, in tokens. */
  public int positions() {
    return values.positions();
  }

  /** The attention of each layer. */
  public AttentionSpec attention() {
    return values.attention();
  }

  /** The feed-forward block of each layer. */
  public FeedForwardSpec feedForward() {
    return values.feedForward();
  }

  /** The norm before attention, before the feed-forward block, and after the last layer. */
  public NormSpec norm() {
    return values.norm();
  }

  /** Whether the output head is the embedding. */
  public boolean tiedHead() {
    return values.tiedHead();
  }

  /** The standard deviation of fresh kernels and tables. */
  public double initialDeviation() {
    return values.initialDeviation();
  }

  /** The id of the token that begins a text. */
  public OptionalInt bos() {
    return values.bos();
  }

  /** The id of the token that ends a text. */
  public OptionalInt eos() {
    return values.eos();
  }

  /** The names of the tensors in the checkpoint. */
  public TensorNames names() {
    return values.names();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DecoderSpec o && values.equals(o.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return "decoder" + values.toString().substring(Values.class.getSimpleName().length());
  }
}
