#include <endian.h>
#include <sys/auxv.h>

#include "base/text.h"

struct entry {
	const char *key;
	void *item;
	uint64_t hash;
};

struct strmap {
	struct arena *arena;
	VEC(struct entry) entries; /* in order of insertion */
	uint32_t *slots;           /* index into entries + 1; 0 is free */
	size_t slot_count;         /* a power of two, at most half full */
	uint64_t seed[2];
};

static uint64_t rotate(uint64_t word, unsigned bits)
{
	return word << bits | word >> (64 - bits);
}

static void sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[0] = rotate(v[0], 32);
	v[2] += v[3];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[2] = rotate(v[2], 32);
}

/* SipHash-1-3 (Aumasson, Bernstein 2012): keys are chosen by those we audit, so the hash is keyed
 * and chosen keys cannot pile up in one slot. */
static uint64_t hash_of(const uint64_t seed[2], const char *key)
{
	uint64_t v[4] = {seed[0] ^ 0x736f6d6570736575, seed[1] ^ 0x646f72616e646f6d,
			 seed[0] ^ 0x6c7967656e657261, seed[1] ^ 0x7465646279746573};
	size_t len = strlen(key);
	uint64_t word;
	for (size_t at = 0; at <= len / 8; at++) {
		word = 0;
		memcpy(&word, key + at * 8, at < len / 8 ? 8 : len % 8);
		word = le64toh(word) | (at < len / 8 ? 0 : (uint64_t)len << 56);
		v[3] ^= word;
		sip_round(v);
		v[0] ^= word;
	}
	v[2] ^= 0xff;
	for (int i = 0; i < 3; i++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

struct strmap *strmap_new(struct arena *arena)
{
	struct strmap *map = ARENA_NEW(arena, struct strmap);
	map->arena = arena;
	/* 16 random bytes that the kernel gives every process, getauxval(3). */
	const void *random = (const void *)getauxval(AT_RANDOM);
	if (random)
		memcpy(map->seed, random, sizeof map->seed);
	return map;
}

/* The slot that holds the key, or the free one where it would go. */
static uint32_t *find(const struct strmap *map, const char *key, uint64_t hash)
{
	size_t mask = map->slot_count - 1;
	for (size_t at = hash & mask;; at = (at + 1) & mask) {
		uint32_t *slot = &map->slots[at];
		if (*slot == 0)
			return slot;
		const struct entry *entry = &map->entries.items[*slot - 1];
		if (entry->hash == hash && strcmp(entry->key, key) == 0)
			return slot;
	}
}

static void grow(struct strmap *map)
{
	if (map->entries.count >= UINT32_MAX / 4)
		out_of_memory();
	map->slot_count = map->slot_count ? map->slot_count * 2 : 8;
	map->slots = ARENA_ARRAY(map->arena, uint32_t, map->slot_count);
	for (size_t i = 0; i < map->entries.count; i++) {
		const struct entry *entry = &map->entries.items[i];
		*find(map, entry->key, entry->hash) = (uint32_t)i + 1;
	}
}

void *strmap_get(const struct strmap *map, const char *key)
{
	if (!map || map->entries.count == 0)
		return NULL;
	uint32_t slot = *find(map, key, hash_of(map->seed, key));
	return slot ? map->entries.items[slot - 1].item : NULL;
}

void strmap_put(struct strmap *map, const char *key, void *item)
{
	if (map->entries.count * 2 >= map->slot_count)
		grow(map);
	uint64_t hash = hash_of(map->seed, key);
	uint32_t *slot = find(map, key, hash);
	if (*slot) {
		map->entries.items[*slot - 1].item = item;
		return;
	}
	vec_push(map->arena, &map->entries, ((struct entry){key, item, hash}));
	*slot = (uint32_t)map->entries.count;
}

size_t strmap_count(const struct strmap *map)
{
	return map ? map->entries.count : 0;
}

const char *strmap_key_at(const struct strmap *map, size_t index)
{
	return map->entries.items[index].key;
}

void *strmap_item_at(const struct strmap *map, size_t index)
{
	return map->entries.items[index].item;
}
