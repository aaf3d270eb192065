package io.github.palimpsest.tck.checks;

import static io.github.palimpsest.tck.rule.FamilyRule.FAM_01;
import static io.github.palimpsest.tck.rule.FamilyRule.FAM_02;
import static io.github.palimpsest.tck.rule.FamilyRule.FAM_03;
import static io.github.palimpsest.tck.rule.FamilyRule.FAM_04;
import static io.github.palimpsest.tck.rule.FamilyRule.FAM_05;
import static io.github.palimpsest.tck.rule.FamilyRule.FAM_06;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.model.DecoderSpec;
import io.github.palimpsest.api.model.Model;
import io.github.palimpsest.api.model.ModelFamily;
import io.github.palimpsest.api.model.ModelFamilyProvider;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.decoder.DecoderModel;
import io.github.palimpsest.decoder.config.FamilyConfig;
import io.github.palimpsest.tck.BrokenRule;
import io.github.palimpsest.tck.Check.Trial;
import io.github.palimpsest.tck.Finding;
import io.github.palimpsest.tck.Subject;
import io.github.palimpsest.tck.rule.Rule;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The checks of model families, on the small example model that each provides. */
public final class FamilyChecks implements KindChecks {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String EXAMPLE = "example()";
  private static final int LAYERS = 2;
  private static final long PARAMETERS = 100_000;

  private final Subject<ModelFamily> subject;
  private final Function<DecoderSpec, Model> host;

  FamilyChecks(Subject<ModelFamily> subject) {
    this(subject, DecoderModel::new);
  }

  /**
   * @param host builds the model of a description
   */
  public FamilyChecks(Subject<ModelFamily> subject, Function<DecoderSpec, Model> host) {
    this.subject = subject;
    this.host = host;
  }

  @Override
  public Map<Rule, Trial> trials() {
    Map<Rule, Trial> all = new LinkedHashMap<>();
    all.put(FAM_01, this::readsItsExample);
    all.put(FAM_02, this::whatIsWrittenIsRead);
    all.put(FAM_03, this::whatIsReadDecides);
    all.put(FAM_04, this::whatIsMissingIsNamed);
    all.put(FAM_05, this::tensorsHaveNamesOfTheirOwn);
    all.put(FAM_06, this::theModelKeepsItsRules);
    return all;
  }

  @Override
  public String behaviour() {
    FamilyConfig family = family();
    DecoderSpec spec = example(family);
    return spec + " " + family.write(spec);
  }

  private FamilyConfig family() {
    return FamilyConfig.of((ModelFamilyProvider) subject.provider());
  }

  private static ObjectNode json(FamilyConfig family) {
    String text = Expect.given(EXAMPLE, "a text", () -> family.family().example());
    try {
      if (JSON.readTree(text) instanceof ObjectNode object) {
        return object;
      }
    } catch (JsonProcessingException e) {
      throw new BrokenRule(new Finding(EXAMPLE, "a JSON object", e.getOriginalMessage()));
    }
    throw new BrokenRule(new Finding(EXAMPLE, "a JSON object", "'" + text + "'"));
  }

  /**
   * The description of the example. Every rule needs it; rule FAM-01 checks that it can be read.
   */
  private static DecoderSpec example(FamilyConfig family) {
    return Expect.given(
        EXAMPLE,
        "a configuration that the family reads",
        () -> family.read("example", json(family)));
  }

  private void readsItsExample() {
    FamilyConfig family = family();
    String type = family.modelType();
    Expect.that(
        type.matches("[A-Za-z0-9][A-Za-z0-9._-]*"),
        () -> new Finding("modelType()", "letters, digits, '_', '-' and '.'", "'" + type + "'"));
    String said = json(family).path("model_type").asText();
    Expect.that(
        said.equals(type),
        () -> new Finding(EXAMPLE, "'model_type' " + type, "'model_type' '" + said + "'"));
    DecoderSpec spec = example(family);
    Expect.that(
        spec.layers() >= LAYERS,
        () -> new Finding(EXAMPLE, "two or more layers", spec.layers() + ""));
    long parameters = DecoderModel.parameters(spec).stream().mapToLong(p -> p.shape().size()).sum();
    Expect.that(
        parameters <= PARAMETERS,
        () -> new Finding(EXAMPLE, "at most 100,000 parameters", parameters + ""));
  }

  private void whatIsWrittenIsRead() {
    FamilyConfig family = family();
    DecoderSpec spec = example(family);
    ObjectNode written =
        Expect.given(
            "write of what example() describes",
            "a configuration with an architecture",
            () -> family.write(spec));
    DecoderSpec again =
        Expect.given(
            "what write makes of example(): " + written,
            "a configuration that the family reads",
            () -> family.read("written", written));
    Expect.that(
        again.equals(spec),
        () ->
            new Finding(
                "what write makes of example(): " + written,
                spec.toString(),
                again.toString(),
                "a key that is not written"));
  }

  private void whatIsReadDecides() {
    FamilyConfig family = family();
    ObjectNode json = json(family);
    DecoderSpec spec = example(family);
    List<String> idle = new ArrayList<>();
    for (String key : family.keys("example", json)) {
      JsonNode value = json.path(key);
      if (value.isMissingNode() || value.isNull()) {
        continue;
      }
      Optional<JsonNode> other = other(value);
      if (other.isPresent()) {
        ObjectNode changed = json.deepCopy();
        changed.set(key, other.get());
        if (spec.equals(readOrRefused(family, changed).orElse(null))) {
          idle.add("'" + key + "': " + other.get() + " in place of " + value);
        }
      }
    }
    Expect.that(
        idle.isEmpty(),
        () ->
            new Finding(
                "example() with one value changed",
                "another description, or a refusal",
                "the same description with " + String.join(", ", idle),
                "a key that is read and dropped"));
  }

  /** Another value of the same type; of an object, one number in it. */
  private static Optional<JsonNode> other(JsonNode value) {
    if (value.isBoolean()) {
      return Optional.of(JSON.getNodeFactory().booleanNode(!value.asBoolean()));
    }
    if (value.isIntegralNumber()) {
      return Optional.of(JSON.getNodeFactory().numberNode(2 * value.asInt() + 1));
    }
    if (value.isNumber()) {
      return Optional.of(JSON.getNodeFactory().numberNode(2 * value.asDouble() + 1));
    }
    if (value.isTextual()) {
      return Optional.of(JSON.getNodeFactory().textNode("other-" + value.asText()));
    }
    for (Map.Entry<String, JsonNode> e : value.properties()) {
      if (e.getValue().isNumber()) {
        ObjectNode changed = value.deepCopy();
        changed.set(e.getKey(), other(e.getValue()).orElseThrow());
        return Optional.of(changed);
      }
    }
    return Optional.empty();
  }

  private static Optional<DecoderSpec> readOrRefused(FamilyConfig family, ObjectNode json) {
    try {
      return Optional.of(family.read("example", json));
    } catch (PalimpsestException e) {
      return Optional.empty();
    }
  }

  private void whatIsMissingIsNamed() {
    FamilyConfig family = family();
    ObjectNode json = json(family);
    example(family);
    for (String key : family.keys("example", json)) {
      if (json.has(key)) {
        ObjectNode without = json.deepCopy();
        without.remove(key);
        requireNamed(family, without, "example() without '" + key + "'", key);
        ObjectNode odd = json.deepCopy();
        odd.set(key, JSON.createArrayNode().add(JSON.createObjectNode()));
        requireNamed(family, odd, "example() with [{}] as '" + key + "'", key);
      }
    }
  }

  private static void requireNamed(
      FamilyConfig family, ObjectNode json, String fixture, String key) {
    try {
      family.read("example", json);
    } catch (PalimpsestException e) {
      Expect.that(
          e.getMessage().contains(key),
          () ->
              new Finding(
                  fixture,
                  "a default, or a message with '" + key + "'",
                  String.valueOf(e.getMessage())));
    } catch (RuntimeException | LinkageError e) {
      throw new BrokenRule(
          new Finding(
              fixture,
              "a default, or a message with '" + key + "'",
              "it throws ",
              "a number computed from a key that may be missing"),
          e);
    }
  }

  private void tensorsHaveNamesOfTheirOwn() {
    Set<String> seen = new HashSet<>();
    List<String> twice =
        DecoderModel.parameters(example(family())).stream()
            .map(ParameterSpec::name)
            .filter(name -> !seen.add(name))
            .toList();
    Expect.that(
        twice.isEmpty(),
        () -> new Finding(EXAMPLE, "each name once", twice + " again", "two parts with one name"));
  }

  private void theModelKeepsItsRules() {
    DecoderSpec spec = example(family());
    Model model = Expect.given(EXAMPLE, "a description that makes a model", () -> host.apply(spec));
    new DecoderTrial(model, spec, subject.tolerance()).run();
  }
}
