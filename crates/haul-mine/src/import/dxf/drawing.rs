//! A drawing, split into its sections: header variables, layers, blocks and entities.

use super::encoding::unescaped;
use super::groups::{Group, Groups};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Bit of a layer's flags: the layer is frozen.
const LAYER_IS_FROZEN: i64 = 1;
/// Bits of a block's flags: the block is an external reference or an external overlay.
const BLOCK_IS_EXTERNAL: i64 = 4 | 8;

/// An entity, or an entry of a table.
#[derive(Clone, Copy)]
pub(super) struct Entity<'a> {
    /// Kind of the entity, for example `LINE`.
    pub(super) kind: &'a str,
    /// The group that names the kind. It gives faults their position.
    pub(super) head: &'a Group,
    /// The remaining groups of the entity.
    pub(super) groups: &'a [Group],
}

/// A block definition.
pub(super) struct Block {
    /// Name of the block, spelled as in the file.
    pub(super) name: String,
    /// Range of the groups before the first entity of the block.
    pub(super) head: Range<usize>,
    /// Range of the groups that hold the entities of the block.
    pub(super) entities: Range<usize>,
    /// Path of the referenced drawing, if the block is an external reference.
    pub(super) external: Option<String>,
}

impl Block {
    /// Returns true if the block holds the entities of a sheet of paper (paper space).
    pub(super) fn is_paper(&self) -> bool {
        let name = self.name.to_ascii_lowercase();
        name.starts_with("*paper_space") || name.starts_with("$paper_space")
    }

    /// Returns true if the block holds the entities of the model (model space).
    pub(super) fn is_model(&self) -> bool {
        let name = self.name.to_ascii_lowercase();
        name.starts_with("*model_space") || name.starts_with("$model_space")
    }

    /// Returns true if the drawing program created the block, for a dimension, a hatch or a table.
    pub(super) fn is_anonymous(&self) -> bool {
        self.name.starts_with('*')
    }
}

/// A drawing.
pub(super) struct Drawing {
    /// All groups of the drawing.
    pub(super) groups: Groups,
    /// Values of header variables by name.
    header: BTreeMap<String, Group>,
    /// Names of layers that are off, in upper case.
    off: BTreeSet<String>,
    /// Names of frozen layers, in upper case.
    frozen: BTreeSet<String>,
    /// Blocks by name, in upper case.
    blocks: BTreeMap<String, Block>,
    /// Ranges of the groups that hold the entities of the model.
    pub(super) entities: Vec<Range<usize>>,
    /// Names of the sections, in the order of the file.
    pub(super) sections: Vec<String>,
}

impl Drawing {
    /// Splits the groups of a drawing into sections.
    pub(super) fn new(groups: Groups) -> Drawing {
        let mut drawing = Drawing {
            groups,
            header: BTreeMap::new(),
            off: BTreeSet::new(),
            frozen: BTreeSet::new(),
            blocks: BTreeMap::new(),
            entities: Vec::new(),
            sections: Vec::new(),
        };
        let mut k = 0;
        while k < drawing.groups.list.len() {
            if !drawing.is(k, "SECTION") {
                k += 1;
                continue;
            }
            let name = drawing.groups.list.get(k + 1).filter(|g| g.code == 2).map_or("", |g| drawing.groups.text(g));
            let name = name.to_ascii_uppercase();
            let body = k + 2..drawing.next(k + 2, |d, k| d.is(k, "ENDSEC") || d.is(k, "SECTION") || d.is(k, "EOF"));
            k = body.end;
            match name.as_str() {
                "HEADER" => drawing.read_header(body),
                "TABLES" => drawing.read_tables(body),
                "BLOCKS" => drawing.read_blocks(body),
                "ENTITIES" => drawing.entities.push(body),
                _ => {}
            }
            drawing.sections.push(name);
        }
        drawing
    }

    /// Returns true if the group at index `k` starts an entity of this kind.
    fn is(&self, k: usize, kind: &str) -> bool {
        let group = &self.groups.list[k];
        group.code == 0 && self.groups.text(group).eq_ignore_ascii_case(kind)
    }

    /// Returns the index of the first group, from `k` onwards, that meets a condition. Returns the number of groups if
    /// there is none.
    fn next(&self, k: usize, found: impl Fn(&Drawing, usize) -> bool) -> usize {
        (k..self.groups.list.len()).find(|k| found(self, *k)).unwrap_or(self.groups.list.len())
    }

    /// Returns the entities in a range of groups.
    pub(super) fn entities_in(&self, range: Range<usize>) -> impl Iterator<Item = Entity<'_>> {
        let list = &self.groups.list[range.start.min(range.end)..range.end.min(self.groups.list.len())];
        let first = list.iter().position(|g| g.code == 0).unwrap_or(list.len());
        let mut rest = &list[first..];
        std::iter::from_fn(move || {
            let (head, after) = rest.split_first()?;
            let end = after.iter().position(|g| g.code == 0).unwrap_or(after.len());
            rest = &after[end..];
            Some(Entity { kind: self.groups.text(head), head, groups: &after[..end] })
        })
    }

    fn read_header(&mut self, body: Range<usize>) {
        let mut variable = String::new();
        for k in body {
            let group = self.groups.list[k];
            if group.code == 9 {
                variable = self.groups.text(&group).to_ascii_uppercase();
            } else if !variable.is_empty() {
                self.header.entry(std::mem::take(&mut variable)).or_insert(group);
            }
        }
    }

    fn read_tables(&mut self, body: Range<usize>) {
        let (mut off, mut frozen) = (BTreeSet::new(), BTreeSet::new());
        for layer in self.entities_in(body).filter(|e| e.kind == "LAYER") {
            let Some(name) = self.value(&layer, 2) else { continue };
            let name = unescaped(name).to_uppercase();
            // A layer that is off has a negative colour.
            if self.whole(&layer, 62).is_some_and(|colour| colour < 0) {
                off.insert(name.clone());
            }
            if self.whole(&layer, 70).is_some_and(|flags| flags & LAYER_IS_FROZEN != 0) {
                frozen.insert(name);
            }
        }
        self.off = off;
        self.frozen = frozen;
    }

    fn read_blocks(&mut self, body: Range<usize>) {
        let mut k = body.start;
        while k < body.end {
            if !self.is(k, "BLOCK") {
                k += 1;
                continue;
            }
            let head = k..self.next(k + 1, |d, k| d.groups.list[k].code == 0).min(body.end);
            let end = self.next(k + 1, |d, k| d.is(k, "ENDBLK") || d.is(k, "BLOCK")).min(body.end);
            let Some(entity) = self.entities_in(head.clone()).next() else { break };
            let name = unescaped(self.value(&entity, 2).unwrap_or_default()).into_owned();
            let is_external = self.whole(&entity, 70).is_some_and(|flags| flags & BLOCK_IS_EXTERNAL != 0);
            let path = self.value(&entity, 1).filter(|p| !p.is_empty()).unwrap_or("without a path");
            let external = is_external.then(|| unescaped(path).into_owned());
            let block = Block { name: name.clone(), entities: head.end..end, head, external };
            if block.is_model() {
                self.entities.push(block.entities.clone());
            }
            self.blocks.insert(name.to_uppercase(), block);
            k = end;
        }
    }

    /// Returns the block that has this name, ignoring case.
    pub(super) fn block(&self, name: &str) -> Option<&Block> {
        self.blocks.get(&name.to_uppercase())
    }

    /// Returns all blocks.
    pub(super) fn blocks(&self) -> impl Iterator<Item = &Block> {
        self.blocks.values()
    }

    /// Returns true if a layer is frozen.
    pub(super) fn is_frozen(&self, layer: &str) -> bool {
        !self.frozen.is_empty() && self.frozen.contains(&layer.to_uppercase())
    }

    /// Returns true if a layer is off or frozen.
    pub(super) fn is_hidden(&self, layer: &str) -> bool {
        self.is_frozen(layer) || (!self.off.is_empty() && self.off.contains(&layer.to_uppercase()))
    }

    /// Returns the value of a header variable.
    pub(super) fn variable(&self, name: &str) -> Option<&str> {
        self.header.get(name).map(|g| self.groups.text(g))
    }

    /// Returns the value of an entity's first group with this code.
    pub(super) fn value(&self, entity: &Entity, code: i32) -> Option<&str> {
        own_groups(entity.groups, &self.groups).find(|g| g.code == code).map(|g| self.groups.text(g))
    }

    /// Returns the value of an entity's first group with this code, as a whole number.
    pub(super) fn whole(&self, entity: &Entity, code: i32) -> Option<i64> {
        own_groups(entity.groups, &self.groups).find(|g| g.code == code).and_then(|g| self.groups.whole(g))
    }
}

/// Returns the groups of an entity, without groups that other programs have added in braces or as an embedded object.
pub(super) fn own_groups<'a>(list: &'a [Group], groups: &'a Groups) -> impl Iterator<Item = &'a Group> {
    let mut depth = 0_usize;
    list.iter().take_while(|g| g.code != 101 && g.code < 1000).filter(move |g| {
        if g.code != 102 {
            return depth == 0;
        }
        if groups.text(g).starts_with('{') {
            depth += 1;
        } else {
            depth = depth.saturating_sub(1);
        }
        false
    })
}
