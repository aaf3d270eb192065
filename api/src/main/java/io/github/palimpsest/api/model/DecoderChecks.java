package io.github.palimpsest.api.model;

import io.github.palimpsest.api.PalimpsestException;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** What a description of a decoder must satisfy. */
final class DecoderChecks {
  /** The maximum number of elements of an array. */
  private static final long LARGEST = Integer.MAX_VALUE - 8;

  private DecoderChecks() {}

  static <T> T given(String part, @Nullable T value) {
    if (value == null) {
      throw missing(part);
    }
    return value;
  }

  private static PalimpsestException missing(String part) {
    return new PalimpsestException("a decoder needs its " + part + " before build()");
  }

  static void positive(String what, int value) {
    if (value < 1) {
      throw new PalimpsestException(what + " must be at least 1, not " + value);
    }
  }

  static void above0(String what, double value) {
    if (!(value > 0 && value <= Float.MAX_VALUE)) {
      throw new PalimpsestException(what + " must be a number above 0, not " + value);
    }
  }

  static long size(String what, long a, long b) {
    if (a * b > LARGEST) {
      throw new PalimpsestException(
          what + " is " + a * b + "; a tensor has at most " + LARGEST + " numbers");
    }
    return a * b;
  }

  static void token(String name, OptionalInt id, int vocabulary) {
    if (id.isPresent() && (id.getAsInt() < 0 || id.getAsInt() >= vocabulary)) {
      throw new PalimpsestException(
          "the %s token %d is outside the vocabulary of %d"
              .formatted(name, id.getAsInt(), vocabulary));
    }
  }

  /** The attention of the first layer, if all store the same tensors. */
  static AttentionSpec alike(List<AttentionSpec> attention, int layers) {
    if (attention.isEmpty()) {
      throw missing("attention");
    }
    AttentionSpec first = attention.get(0);
    if (attention.size() != layers) {
      throw new PalimpsestException(
          "a decoder of %d layers needs the attention of each, not of %d"
              .formatted(layers, attention.size()));
    }
    for (int layer = 1; layer < layers; layer++) {
      if (!first.storesAs(attention.get(layer))) {
        throw new PalimpsestException(
            "the attention of layer %d, %s, stores other tensors than that of layer 0, %s"
                .formatted(layer, attention.get(layer), first));
      }
    }
    return first;
  }

  static void norms(NormSpec norm, NormPlace place, boolean parallel) {
    if (parallel && place.isAfter()) {
      throw new PalimpsestException("parallel parts of a layer have norms before them only");
    }
    if (norm.hasShift() && place.isAfter()) {
      throw new PalimpsestException("a norm after a part of a layer has no shift");
    }
  }
}
