package io.github.palimpsest.experiment.file;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.results.folder.Json;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * The form of a value in an experiment file: checks the value when it is read, and describes it in
 * JSON Schema for editors. A variable may replace any value.
 */
public sealed interface Form
    permits Form.One,
        Form.Some,
        Form.Named,
        Form.OneOr,
        Form.Entries,
        Form.Section,
        LevelsForm,
        DataForm {
  /** A variable somewhere in a text; its value is known only when the file is read. */
  String VARIABLE = "\\$\\{[^}]*\\}";

  /**
   * Checks the value of a mapping at an existing key.
   *
   * @throws io.github.palimpsest.api.PalimpsestException with the place, if it has another form
   */
  void check(YamlMap in, String key);

  /** This form as JSON Schema. */
  ObjectNode schema();

  /** A form of one value. */
  sealed interface One extends Form {
    /** Checks a value. */
    void check(YamlScalar value);

    @Override
    default void check(YamlMap in, String key) {
      in.scalar(key).ifPresent(this::check);
    }
  }

  /** Any non-empty text. YAML's numbers and flags are text too. */
  record Text() implements One {
    @Override
    public void check(YamlScalar value) {
      value.nonEmpty();
    }

    @Override
    public ObjectNode schema() {
      ObjectNode schema = Json.object();
      schema.putArray("type").add("string").add("number").add("boolean");
      return schema.put("pattern", "\\S");
    }
  }

  /** Any text. */
  record AnyText() implements One {
    @Override
    public void check(YamlScalar value) {}

    @Override
    public ObjectNode schema() {
      ObjectNode schema = Json.object();
      schema.putArray("type").add("string").add("number").add("boolean");
      return schema;
    }
  }

  /** A whole number, both ends included. */
  record Whole(long min, long max) implements One {
    @Override
    public void check(YamlScalar value) {
      value.integer(min, max);
    }

    @Override
    public ObjectNode schema() {
      ObjectNode number = Json.object().put("type", "integer");
      if (min > Long.MIN_VALUE) {
        number.put("minimum", min);
      }
      if (max < Integer.MAX_VALUE) {
        number.put("maximum", max);
      }
      return orVariable(number);
    }
  }

  /** A number of at least {@code min}. */
  record Real(double min) implements One {
    @Override
    public void check(YamlScalar value) {
      value.real(min);
    }

    @Override
    public ObjectNode schema() {
      return orVariable(Json.object().put("type", "number").put("minimum", min));
    }
  }

  /** A number above 0 and at most {@code most}. */
  record Positive(long most) implements One {
    @Override
    public void check(YamlScalar value) {
      value.positive(most);
    }

    @Override
    public ObjectNode schema() {
      ObjectNode number = Json.object().put("type", "number");
      return orVariable(number.put("exclusiveMinimum", 0).put("maximum", most));
    }
  }

  /** {@code true} or {@code false}. */
  record Flag() implements One {
    @Override
    public void check(YamlScalar value) {
      value.flag();
    }

    @Override
    public ObjectNode schema() {
      return orVariable(Json.object().put("type", "boolean"));
    }
  }

  /** One of some words. */
  record Word(List<String> words) implements One {
    static <E extends Enum<E>> Word of(Class<E> type) {
      return new Word(Arrays.stream(type.getEnumConstants()).map(Enum::toString).toList());
    }

    @Override
    public void check(YamlScalar value) {
      value.word(words);
    }

    @Override
    public ObjectNode schema() {
      ObjectNode word = Json.object();
      words.forEach(word.putArray("enum")::add);
      return orVariable(word);
    }
  }

  /**
   * A text with its own grammar, which the schema describes approximately and the reader exactly.
   *
   * @param pattern matches every valid text, and possibly others
   * @param reader refuses invalid texts
   */
  record Parsed(String pattern, Consumer<YamlScalar> reader) implements One {
    @Override
    public void check(YamlScalar value) {
      reader.accept(value);
    }

    @Override
    public ObjectNode schema() {
      ObjectNode text = Json.object().put("type", "string");
      return orVariable(text.put("pattern", anchored()));
    }

    private String anchored() {
      return "^(" + pattern + ")$";
    }
  }

  /** One of some words, or another text with a grammar of its own. */
  record Open(List<String> words, Parsed others) implements One {
    @Override
    public void check(YamlScalar value) {
      others.check(value);
    }

    @Override
    public ObjectNode schema() {
      ObjectNode word = Json.object();
      words.forEach(word.putArray("enum")::add);
      ObjectNode text = Json.object().put("type", "string");
      return orVariable(anyOf(word, text.put("pattern", others.anchored())));
    }
  }

  /** One value or a list of them. */
  record Some(One item, int least) implements Form {
    @Override
    public void check(YamlMap in, String key) {
      List<YamlScalar> values = in.scalars(key);
      if (values.size() < least) {
        throw in.place(key).error("'" + key + "' needs at least one value");
      }
      values.forEach(item::check);
    }

    @Override
    public ObjectNode schema() {
      ObjectNode several = Json.object().put("type", "array").put("minItems", least);
      several.set("items", item.schema());
      return anyOf(item.schema(), several);
    }
  }

  /** Free names, each with a value. */
  record Named(One value) implements Form {
    @Override
    public void check(YamlMap in, String key) {
      YamlMap map = in.requiredMap(key);
      map.keys().forEach(name -> value.check(map.required(name)));
    }

    @Override
    public ObjectNode schema() {
      ObjectNode schema = Json.object().put("type", "object");
      schema.set("additionalProperties", value.schema());
      return schema;
    }
  }

  /** One value, or a mapping with only the keys of one section: the one whose first key it has. */
  record OneOr(One value, List<Section> sections) implements Form {
    @Override
    public void check(YamlMap in, String key) {
      if (!in.isMap(key)) {
        value.check(in, key);
        return;
      }
      YamlMap map = in.requiredMap(key);
      section(map)
          .orElseThrow(
              () ->
                  map.place()
                      .error(
                          "'"
                              + key
                              + "' as a mapping has one of the keys "
                              + sections.stream()
                                  .map(s -> "'" + s.names().get(0) + "'")
                                  .collect(joining(", "))))
          .check(map);
    }

    private Optional<Section> section(YamlMap map) {
      return sections.stream().filter(s -> map.has(s.names().get(0))).findFirst();
    }

    @Override
    public ObjectNode schema() {
      return anyOf(
          Stream.concat(Stream.of(value), sections.stream())
              .map(Form::schema)
              .toArray(ObjectNode[]::new));
    }
  }

  /** A list of mappings. */
  record Entries(Section entry, int least) implements Form {
    @Override
    public void check(YamlMap in, String key) {
      List<YamlMap> entries = in.maps(key);
      if (entries.size() < least) {
        throw in.place(key).error("'" + key + "' needs at least one entry");
      }
      entries.forEach(entry::check);
    }

    @Override
    public ObjectNode schema() {
      ObjectNode schema = Json.object().put("type", "array").put("minItems", least);
      schema.set("items", entry.schema());
      return schema;
    }
  }

  /** A mapping with only these keys. */
  record Section(List<Key> keys) implements Form {
    public Section {
      keys = List.copyOf(keys);
    }

    Section plus(Key... more) {
      return new Section(Stream.concat(keys.stream(), Arrays.stream(more)).toList());
    }

    List<String> names() {
      return keys.stream().map(Key::name).toList();
    }

    /** Checks a mapping with its content. */
    YamlMap check(YamlMap map) {
      map.onlyKeys(names());
      for (Key key : keys) {
        if (map.has(key.name())) {
          key.form().check(map, key.name());
        } else if (key.required()) {
          throw map.missing(key.name());
        }
      }
      return map;
    }

    @Override
    public void check(YamlMap in, String key) {
      check(in.requiredMap(key));
    }

    @Override
    public ObjectNode schema() {
      ObjectNode schema = Json.object().put("type", "object");
      ObjectNode properties = schema.putObject("properties");
      keys.forEach(key -> properties.set(key.name(), key.schema()));
      schema.put("additionalProperties", false);
      List<Key> required = keys.stream().filter(Key::required).toList();
      if (!required.isEmpty()) {
        required.stream().map(Key::name).forEach(schema.putArray("required")::add);
      }
      return schema;
    }
  }

  /**
   * A key of a mapping.
   *
   * @param name the key
   * @param form the form of its value
   * @param required whether the mapping must have it
   * @param description a description in one line, at its end the default, if there is one
   * @param example a value as YAML
   */
  record Key(String name, Form form, boolean required, String description, String example) {
    static Key of(String name, Form form, String description) {
      return new Key(name, form, false, description, "");
    }

    static Key required(String name, Form form, String description) {
      return new Key(name, form, true, description, "");
    }

    /** A copy with an example. */
    Key example(String yaml) {
      return new Key(name, form, required, description, yaml);
    }

    private ObjectNode schema() {
      ObjectNode schema = form.schema().put("description", description);
      Object example = new Load(LoadSettings.builder().build()).loadFromString(this.example);
      schema.putArray("examples").add(Json.tree(example));
      return schema;
    }
  }

  private static ObjectNode orVariable(ObjectNode schema) {
    return anyOf(schema, Json.object().put("type", "string").put("pattern", VARIABLE));
  }

  static ObjectNode anyOf(ObjectNode... forms) {
    ObjectNode schema = Json.object();
    Arrays.stream(forms).forEach(schema.putArray("anyOf")::add);
    return schema;
  }
}
