package io.github.palimpsest.experiment.file;

import io.github.palimpsest.api.NearestName;
import io.github.palimpsest.api.PalimpsestException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * A mapping of a YAML file, of an experiment for example. Every failure names file, line and
 * column; an unknown key offers the nearest known one.
 */
public final class YamlMap {
  private static final int MAX_DEPTH = 64;

  /** A thousand pages. */
  private static final int MAX_LENGTH = 1_000_000;

  private final String file;
  private final String path;
  private final Place place;
  private final Map<String, Node> values;
  private final Map<String, Place> keys;
  private final Variables variables;

  private YamlMap(String file, String path, MappingNode node, Variables variables) {
    this.file = file;
    this.path = path;
    this.place = place(file, node);
    this.variables = variables;
    this.values = new LinkedHashMap<>();
    this.keys = new LinkedHashMap<>();
    for (NodeTuple entry : node.getValue()) {
      Place at = place(file, entry.getKeyNode());
      if (!(entry.getKeyNode() instanceof ScalarNode key)) {
        throw at.error("a key must be a plain word");
      }
      String name = YamlScalar.name(key.getValue());
      if (values.put(name, entry.getValueNode()) != null) {
        throw at.error("key '" + name + "' is given twice");
      }
      keys.put(name, at);
    }
  }

  /**
   * Reads a YAML text that is one mapping.
   *
   * @param file the name in messages
   * @param text the YAML
   * @throws PalimpsestException with the place, if it is not YAML or not a mapping
   */
  static YamlMap read(String file, String text) {
    return read("experiment file", file, text);
  }

  /**
   * As {@link #read(String, String)}.
   *
   * @param what the kind of file, in messages
   */
  public static YamlMap read(String what, String file, String text) {
    if (text.length() > MAX_LENGTH) {
      throw start(file)
          .error(
              "the "
                  + what
                  + " has "
                  + text.length()
                  + " characters; at most "
                  + MAX_LENGTH
                  + " are read");
    }
    LoadSettings settings = LoadSettings.builder().setLabel(file).setUseMarks(true).build();
    try {
      requireDepth(file, new Parse(settings).parseString(text));
      Node root =
          new Compose(settings)
              .composeString(text)
              .orElseThrow(() -> new Place(file, 1, 1).error("the " + what + " is empty"));
      if (!(root instanceof MappingNode)) {
        throw place(file, root).error("the " + what + " must be a mapping of keys to values");
      }
      return map(file, "", root, Variables.NONE);
    } catch (MarkedYamlEngineException e) {
      Place at = e.getProblemMark().or(e::getContextMark).map(m -> at(file, m)).orElse(start(file));
      throw at.error("this is not YAML: " + e.getProblem());
    } catch (ReaderException e) {
      throw at(file, text, e.getPosition())
          .error(
              String.format(
                  "this is not YAML: the character U+%04X is not allowed", e.getCodePoint()));
    } catch (IndexOutOfBoundsException
        | NumberFormatException e) { // some texts that end within a token
      throw start(file).error("this is not YAML: it ends too early");
    } catch (YamlEngineException e) {
      throw start(file).error("this is not YAML: " + e.getMessage().lines().findFirst().orElse(""));
    }
  }

  /** Composing descends once a level, so a file of brackets alone would use up the stack. */
  private static void requireDepth(String file, Iterable<Event> events) {
    int depth = 0;
    for (Event event : events) {
      switch (event.getEventId()) {
        case MappingStart, SequenceStart -> depth++;
        case MappingEnd, SequenceEnd -> depth--;
        default -> {
          continue;
        }
      }
      if (depth > MAX_DEPTH) {
        throw event
            .getStartMark()
            .map(m -> at(file, m))
            .orElse(start(file))
            .error("lists and mappings nest more than " + MAX_DEPTH + " deep");
      }
    }
  }

  /** A copy that fills in variables when a value is read. */
  public YamlMap with(Variables filled) {
    return new YamlMap(this, filled);
  }

  private YamlMap(YamlMap other, Variables variables) {
    this.file = other.file;
    this.path = other.path;
    this.place = other.place;
    this.values = other.values;
    this.keys = other.keys;
    this.variables = variables;
  }

  /** Refuses all other keys. */
  public YamlMap onlyKeys(List<String> known) {
    keys.forEach(
        (key, at) -> {
          if (!known.contains(key) && key.equals("<<")) {
            throw at.error(
                "merge keys ('" + qualified(key) + "') are not supported: write the keys out");
          }
          if (!known.contains(key)) {
            throw at.error("unknown key '" + qualified(key) + "'" + NearestName.hint(key, known));
          }
        });
    return this;
  }

  public Place place() {
    return place;
  }

  /** The keys in the order of the file. */
  public Set<String> keys() {
    return keys.keySet();
  }

  /** The place of a key, or of the mapping itself if the key is missing. */
  public Place place(String key) {
    return keys.getOrDefault(key, place);
  }

  public boolean has(String key) {
    return values.containsKey(key);
  }

  /** Whether the value is a mapping. */
  public boolean isMap(String key) {
    return values.get(key) instanceof MappingNode;
  }

  public Optional<YamlScalar> scalar(String key) {
    return Optional.ofNullable(values.get(key)).map(v -> scalar(qualified(key), v));
  }

  public YamlScalar required(String key) {
    return scalar(key).orElseThrow(() -> missing(key));
  }

  /** A sequence of values; a single value counts as a sequence of one. */
  public List<YamlScalar> scalars(String key) {
    Node value = values.get(key);
    List<YamlScalar> all = new ArrayList<>();
    if (value instanceof SequenceNode sequence) {
      for (Node item : sequence.getValue()) {
        all.add(scalar(qualified(key) + "[" + all.size() + "]", item));
      }
    } else if (value != null) {
      all.add(scalar(qualified(key), value));
    }
    return all;
  }

  public Optional<YamlMap> map(String key) {
    return Optional.ofNullable(values.get(key)).map(v -> map(file, qualified(key), v, variables));
  }

  public YamlMap requiredMap(String key) {
    return map(key).orElseThrow(() -> missing(key));
  }

  /** A sequence of mappings. */
  public List<YamlMap> maps(String key) {
    Node value = values.get(key);
    if (value == null) {
      return List.of();
    }
    if (!(value instanceof SequenceNode sequence)) {
      throw place(file, value).error("'" + qualified(key) + "' must be a list ('- name: ...')");
    }
    List<YamlMap> all = new ArrayList<>();
    for (Node item : sequence.getValue()) {
      all.add(map(file, qualified(key) + "[" + all.size() + "]", item, variables));
    }
    return all;
  }

  /** A value or a mapping; one of them is there. */
  record Item(Optional<YamlScalar> scalar, Optional<YamlMap> map) {}

  /** A sequence of values and mappings; a single one counts as a sequence of one. */
  List<Item> items(String key) {
    Node value = values.get(key);
    List<Node> nodes =
        value instanceof SequenceNode sequence
            ? sequence.getValue()
            : Optional.ofNullable(value).stream().toList();
    List<Item> all = new ArrayList<>();
    for (Node node : nodes) {
      String at = qualified(key) + (value instanceof SequenceNode ? "[" + all.size() + "]" : "");
      all.add(
          node instanceof MappingNode
              ? new Item(Optional.empty(), Optional.of(map(file, at, node, variables)))
              : new Item(Optional.of(scalar(at, node)), Optional.empty()));
    }
    return all;
  }

  PalimpsestException missing(String key) {
    return place.error("'" + qualified(key) + "' is missing");
  }

  private String qualified(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  private static YamlMap map(String file, String path, Node node, Variables variables) {
    if (node instanceof MappingNode mapping) {
      return new YamlMap(file, path, mapping, variables);
    }
    throw place(file, node).error("'" + path + "' must be a mapping of keys to values");
  }

  private YamlScalar scalar(String key, Node node) {
    Place at = place(file, node);
    if (node instanceof ScalarNode scalar) {
      String written = scalar.getValue();
      return new YamlScalar(key, variables.fill(written, at), at, variables.from(written));
    }
    throw at.error("'" + key + "' must be one value, not a list or a mapping");
  }

  private static Place place(String file, Node node) {
    return node.getStartMark().map(m -> at(file, m)).orElse(start(file));
  }

  private static Place at(String file, Mark mark) {
    return new Place(file, mark.getLine() + 1, mark.getColumn() + 1);
  }

  /** The place of a character in the text; {@code index} counts code points. */
  private static Place at(String file, String text, int index) {
    String before = text.substring(0, text.offsetByCodePoints(0, index));
    int line = before.lastIndexOf('\n');
    return new Place(
        file,
        (int) before.chars().filter(c -> c == '\n').count() + 1,
        before.codePointCount(line + 1, before.length()) + 1);
  }

  private static Place start(String file) {
    return new Place(file, 1, 1);
  }
}
